"""States as plain data and their differences in words; the seed repeats; values go to text and back."""

import json
from datetime import date, datetime

import pytest
from faces import RestSide
from hypothesis import given
from hypothesis import strategies as st

from marketo_migrate.simulator.instance import Instance
from marketo_migrate.simulator.snapshot import differences
from marketo_migrate.simulator.values import (
    BadValueError,
    DataType,
    Field,
    from_json,
    from_text,
    to_json,
    to_text,
)


def test_the_seed_repeats_to_the_second() -> None:
    assert Instance().snapshot() == Instance().snapshot()
    assert json.loads(json.dumps(Instance().snapshot())) == Instance().snapshot()


def test_no_difference_between_equals(instance: Instance) -> None:
    assert differences(instance.snapshot(), instance.snapshot()) == []


def test_differences_read_like_sentences(instance: Instance) -> None:
    before = instance.snapshot()
    rest = RestSide(instance)
    rest.create_update_leads([{"email": "bob@example.com", "leadScore": 8, "phone": None}])
    rest.add_leads_to_list(1002, [1001])
    lines = differences(before, instance.snapshot(), ignore=("activities", "updatedAt"))
    assert lines == [
        "leads/1002/values/leadScore: 7 -> 8",
        "leads/1002/values/phone: removed '650-555-1000'",
        "lists/1002/members[0]: 1003 -> 1001",
        "lists/1002/members: added 1003",
    ]
    assert any(line.startswith("activities/") for line in differences(before, instance.snapshot()))


def test_types_count_as_a_difference() -> None:
    assert differences({"a": 1}, {"a": True}) == ["a: 1 -> True"]
    assert differences({"a": {"b": [1]}}, {"a": {"b": []}}) == ["a/b: removed 1"]


def field(kind: DataType) -> Field:
    return Field(1, "name", "Name", "Name", kind, 50)


KINDS = {
    DataType.STRING: st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=50),
    DataType.INTEGER: st.integers(-(2**31), 2**31),
    DataType.FLOAT: st.floats(allow_nan=False, allow_infinity=False, width=32).map(
        lambda value: float(f"{value:.6g}")
    ),
    DataType.BOOLEAN: st.booleans(),
    DataType.DATE: st.dates(date(1900, 1, 1), date(2200, 1, 1)),
    DataType.DATETIME: st.datetimes(datetime(1980, 1, 1), datetime(2200, 1, 1)).map(
        lambda moment: from_text(field(DataType.DATETIME), moment.isoformat(timespec="seconds"))
    ),
}


@given(st.sampled_from(list(KINDS)).flatmap(lambda kind: st.tuples(st.just(kind), KINDS[kind])))
def test_values_survive_text_and_json(pair: tuple[DataType, object]) -> None:
    kind, value = pair
    assert from_text(field(kind), to_text(value)) == value
    assert from_json(field(kind), to_json(value)) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (DataType.INTEGER, "1.5"),
        (DataType.INTEGER, "many"),
        (DataType.BOOLEAN, "maybe"),
        (DataType.DATE, "yesterday"),
        (DataType.DATETIME, "now"),
        (DataType.STRING, "x" * 51),
    ],
)
def test_bad_values(kind: DataType, text: str) -> None:
    with pytest.raises(BadValueError):
        from_text(field(kind), text)


def test_json_of_the_wrong_kind() -> None:
    with pytest.raises(BadValueError):
        from_json(field(DataType.INTEGER), True)
    with pytest.raises(BadValueError):
        from_json(field(DataType.STRING), ["a"])
    with pytest.raises(BadValueError):
        from_json(field(DataType.BOOLEAN), 1)
    assert from_json(field(DataType.INTEGER), "62") == 62
    assert from_json(field(DataType.STRING), None) is None
