"""Records compare, order and show themselves as frozen dataclasses do."""

from dataclasses import dataclass, field, fields, replace

from marketo_migrate.model.record import record, values_of


@record(order=True)
class Place:
    """With a field that does not count when places are compared."""

    line: int
    column: int = 0
    note: str = field(default="", compare=False)


@record
class Name:
    """One field only."""

    text: str


@dataclass(frozen=True, slots=True, order=True)
class Standard:
    """The same as `Place`, by the standard library."""

    line: int
    column: int = 0
    note: str = field(default="", compare=False)


def test_compares_as_a_dataclass() -> None:
    for kind in (Place, Standard):
        assert kind(1, 2, "a") == kind(1, 2, "b")
        assert hash(kind(1, 2, "a")) == hash(kind(1, 2, "b"))
        assert kind(1, 2) != kind(1, 3)
        assert sorted([kind(2), kind(1, 5), kind(1)]) == [kind(1), kind(1, 5), kind(2)]
        assert kind(1) <= kind(1) < kind(2) > kind(1) >= kind(1)
        assert replace(kind(1), column=4) == kind(1, 4)
    assert Place(1) != Standard(1)
    assert Name("a") == Name("a") != Name("b")
    assert {Name("a"), Name("a"), Name("b")} == {Name("b"), Name("a")}


def test_shows_itself_as_a_dataclass() -> None:
    assert repr(Place(1, 2, "x")) == repr(Standard(1, 2, "x")).replace("Standard", "Place")


def test_values_are_those_of_the_fields_in_turn() -> None:
    assert values_of(Place(1, 2, "x")) == (1, 2, "x")
    assert values_of(Name("a")) == ("a",)
    assert values_of("a") == values_of(None) == ()
    assert [item.name for item in fields(Place)] == ["line", "column", "note"]


def test_identity_is_kept_where_it_is_asked_for() -> None:
    @record(eq=False)
    class Node:
        text: str

    assert Node("a") != Node("a")
