"""Joined texts stay small: of what is too long, and of too many pieces, only the marks are kept."""

from marketo_migrate.resolve.texts import MAX_LENGTH, MAX_PARTS, collapse, join
from marketo_migrate.resolve.values import String

HERE = ("job.py", 0, 9)
LONG = "x" * (MAX_LENGTH // 2 + 1)


def test_pieces_are_joined_and_gaps_too() -> None:
    assert join([]) == String(())
    joined = join(
        [String(("a", None), (HERE,)), String((None, "b"), (), frozenset({"mkto"})), String(("c",))]
    )
    assert joined == String(("a", None, "bc"), (HERE,), frozenset({"mkto"}))


def test_what_is_too_long_keeps_its_marks() -> None:
    joined = join(
        [
            String((LONG,)),
            String((LONG + " /soap/mktows/",)),
            String((LONG,)),
            String((None, "<paramsGetLead>")),
        ]
    )
    assert joined.parts == (LONG + "/soap/mktows", None, "<paramsGetLead>")


def test_many_pieces_keep_their_marks() -> None:
    pieces = [String((str(number), None)) for number in range(MAX_PARTS // 2)]
    assert len(join(pieces).parts) == MAX_PARTS
    joined = join([*pieces, String(("mktowsUserId and /soap/mktows",), (HERE,), frozenset({"mkto"}))])
    assert joined == String((None, "/soap/mktows", None, "mktowsUserId", None), (HERE,), frozenset({"mkto"}))


def test_the_marks_of_several() -> None:
    texts = [
        String(("<paramsGetLead/>", None), (HERE,)),
        String(("requestSignature", "<paramsGetLead/>")),
        String(("x",)),
    ]
    assert collapse(texts) == String((None, "<paramsGetLead>", None, "requestSignature", None), (HERE,))
