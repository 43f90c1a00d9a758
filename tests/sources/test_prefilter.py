"""The byte search gives what a test per needle would give, in fewer passes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketo_migrate.sources.prefilter import Prefilter, patterns


def compiled(prefilter: Prefilter) -> Prefilter:
    """The prefilter after so many bytes that it looks for all needles at once."""
    prefilter.matches(bytes(200_000))
    return prefilter


def test_no_needles_match_nothing() -> None:
    assert not Prefilter(()).matches(b"getLead")
    assert not compiled(Prefilter(())).matches(b"getLead")


def test_nothing_matches_in_other_text() -> None:
    prefilter = Prefilter(("getLead", "syncLead", "mktows"))
    assert not prefilter.matches(b"")
    assert not prefilter.matches(b"the Lead of getlead, SyncLead, mktow")
    assert not compiled(prefilter).matches(b"the Lead of getlead, SyncLead, mktow")


@pytest.mark.parametrize("data", [b"getLead", b"x.getLeadActivity(", b"\xff\x00mktows\xff", b"resyncLeads"])
def test_a_needle_anywhere_matches(data: bytes) -> None:
    prefilter = Prefilter(("getLead", "syncLead", "mktows"))
    assert prefilter.matches(data)
    assert compiled(prefilter).matches(data)


def test_needles_outside_ascii() -> None:
    assert Prefilter(("Schlüssel",)).matches("der Schlüssel".encode())


def test_empty_needle_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        Prefilter(("a", ""))


def test_needles_that_share_a_rare_letter_share_a_pass() -> None:
    found = patterns((b"getLead", b"syncLead", b"mergeLeads", b"getLeadActivity", b"mktows"))
    assert [pattern[:1] for pattern in found] == [b"L", b"k"]


def test_a_letter_that_others_make_superfluous_costs_no_pass() -> None:
    # "j" is the cheapest for two of them, but all of them hold an "O".
    found = patterns((b"getMObjects", b"syncMObjects", b"listOperation"))
    assert [pattern[:1] for pattern in found] == [b"O"]


_letters = st.text(alphabet="abcLeadü", max_size=40)


@given(
    needles=st.lists(st.text(alphabet="abcLeadü", min_size=1, max_size=8), max_size=8),
    data=_letters,
)
def test_same_as_a_test_per_needle(needles: list[str], data: str) -> None:
    expected = any(needle in data for needle in needles)
    prefilter = Prefilter(needles)
    assert prefilter.matches(data.encode()) is expected
    assert compiled(prefilter).matches(data.encode()) is expected


@given(needles=st.lists(st.text(alphabet="abcLead", min_size=4, max_size=12), min_size=1, max_size=20))
def test_every_needle_is_found_in_itself(needles: list[str]) -> None:
    prefilter = compiled(Prefilter(needles))
    assert all(prefilter.matches(f"..{needle}..".encode()) for needle in needles)
