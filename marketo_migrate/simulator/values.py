"""Fields and their values: what a field is called in each API, and how its values are written there."""

import math
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

from marketo_migrate.model.record import record
from marketo_migrate.simulator.clock import parse_time, utc_text, zone_text

Value: TypeAlias = str | int | float | bool | date | datetime
"""What a record holds. An empty field is absent, never None or an empty text."""


class DataType(StrEnum):
    """The data types that occur, by Adobe's names."""

    STRING = "string"
    EMAIL = "email"
    PHONE = "phone"
    URL = "url"
    TEXT = "text"
    REFERENCE = "reference"
    INTEGER = "integer"
    SCORE = "score"
    PERCENT = "percent"
    FLOAT = "float"
    CURRENCY = "currency"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"


WHOLE = frozenset({DataType.INTEGER, DataType.SCORE, DataType.PERCENT})
DECIMAL = frozenset({DataType.FLOAT, DataType.CURRENCY})
TRUE = frozenset({"true", "1", "yes"})
FALSE = frozenset({"false", "0", "no"})


@record
class Field:
    """A field of a record. `rest` names it in REST and in the state, `soap` in SOAP (None: not there).

    `label` is the display name. `searchable` fields may be a filterType; `company` fields live on the
    company and may not be written through leads; `updateable` is False for what only Marketo sets.
    """

    id: int
    rest: str
    soap: str | None
    label: str
    type: DataType = DataType.STRING
    length: int | None = 255
    updateable: bool = True
    searchable: bool = False
    company: bool = False
    custom: bool = False


class BadValueError(ValueError):
    """A value does not fit its field."""

    def __init__(self, field: Field, value: object) -> None:
        super().__init__(f"Invalid value '{value}' for field '{field.rest}' of type '{field.type.value}'")
        self.field = field
        self.value = value


def from_text(field: Field, text: str) -> Value | None:
    """The value a text stands for (SOAP attributes, files); None where the text is empty.

    Raises BadValueError.
    """
    stripped = text.strip()
    if not stripped:
        return None
    try:
        return _parsed(field, stripped if field.type is not DataType.TEXT else text)
    except ValueError as error:
        raise BadValueError(field, text) from error


def from_json(field: Field, value: object) -> Value | None:
    """The value a JSON value stands for; None where it is null or an empty text.

    Raises BadValueError. Numbers and booleans may also come as text, which Adobe's own samples do.
    """
    if value is None:
        return None
    if isinstance(value, str):
        return from_text(field, value)
    if isinstance(value, bool):
        if field.type is DataType.BOOLEAN:
            return value
        raise BadValueError(field, value)
    if isinstance(value, int | float) and field.type is not DataType.BOOLEAN:
        return from_text(field, str(value))
    raise BadValueError(field, value)


def to_text(value: Value) -> str:
    """A value as a SOAP attribute. Adobe shows no boolean; true/false is our choice."""
    match value:
        case bool():
            return "true" if value else "false"
        case datetime():
            return zone_text(value)
        case date():
            return value.isoformat()
        case float():
            return f"{value:.15g}"
        case _:
            return str(value)


def to_json(value: Value) -> str | int | float | bool:
    """A value in a REST answer."""
    match value:
        case datetime():
            return utc_text(value)
        case date():
            return value.isoformat()
        case _:
            return value


def truth(text: str) -> bool:
    """A text as a truth value; raises ValueError where it is none."""
    if text.lower() in TRUE:
        return True
    if text.lower() in FALSE:
        return False
    raise ValueError(text)


def _parsed(field: Field, text: str) -> Value:
    if field.type in WHOLE:
        return _whole(text)
    if field.type in DECIMAL:
        return _number(text)
    match field.type:
        case DataType.BOOLEAN:
            return truth(text)
        case DataType.DATE:
            return date.fromisoformat(text[:10])
        case DataType.DATETIME:
            return parse_time(text)
        case _:
            if field.length is not None and len(text) > field.length:
                raise ValueError(text)
            return text


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _whole(text: str) -> int:
    number = _number(text)
    if number != int(number):
        raise ValueError(text)
    return int(number)
