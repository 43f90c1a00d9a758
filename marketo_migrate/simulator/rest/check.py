"""Checks a request against its endpoint's facts: parameters, types, enumerations, counts, body."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from marketo_migrate.model.rest import Endpoint, RestField
from marketo_migrate.simulator.clock import parse_time
from marketo_migrate.simulator.rest.answers import RestError

INTEGER = re.compile(r"-?\d+")
ARRAY = re.compile(r"array<(\w+)>")
TOO_MANY = {"leadIds": "1080"}
"""Codes for too many items where it is not 1003: more than 25 losing leads."""


@dataclass(slots=True)
class Checker:
    """Collects what is wrong with one request; the first problem is the answer, all are recorded."""

    endpoint: Endpoint
    record: Callable[[str], None]
    first: RestError | None = None

    def problem(self, code: str, message: str) -> None:
        """Note a problem."""
        self.record(message)
        if self.first is None:
            self.first = RestError(code, message)

    def finish(self) -> None:
        """Raise the first problem, if there is one."""
        if self.first is not None:
            raise self.first

    def query(self, given: Mapping[str, list[str]], path: Mapping[str, str]) -> dict[str, str | list[str]]:
        """Check query parameters and give them by name, lists split at commas and limits kept."""
        fields = {field.name: field for field in self.endpoint.parameters if field.place == "query"}
        names = {alias: field.name for field in fields.values() for alias in (field.name, *field.aliases)}
        values: dict[str, str | list[str]] = {}
        for name, texts in given.items():
            if name in names:
                values[names[name]] = self._parameter(fields[names[name]], texts)
            elif not _repeats_path(name, texts, path):
                self.problem("1003", f"Unknown parameter '{name}'")
        for field in fields.values():
            if field.required and values.get(field.name) in (None, "", []):
                self._missing(field.name)
        return values

    def path(self, values: Mapping[str, str]) -> None:
        """Check the types of path parameters."""
        for field in self.endpoint.parameters:
            if field.place == "path":
                self._text(field, values[field.name])

    def body(self, fields: Iterable[RestField], given: Any, where: str = "") -> None:
        """Check a JSON object against its fields."""
        if not isinstance(given, dict):
            self.problem("609", f"{where or 'The body'} is not a JSON object")
            return
        known = {field.name: field for field in fields}
        for name, value in given.items():
            if name in known:
                self._value(known[name], value, f"{where}.{name}".lstrip("."))
            else:
                self.problem("1003", f"Unknown member '{where}.{name}'".replace("'.", "'"))
        for field in known.values():
            if field.required and given.get(field.name) in (None, "", []):
                self._missing(f"{where}.{field.name}".lstrip("."))

    def _missing(self, name: str) -> None:
        if self.endpoint.api == "asset":
            self.problem("701", f"{name} cannot be blank")
        else:
            self.problem("1002", f"Missing value for required parameter '{name}'")

    def _parameter(self, field: RestField, texts: list[str]) -> str | list[str]:
        item = ARRAY.fullmatch(field.type)
        if item is None:
            if len(texts) > 1:
                self.problem("1003", f"Parameter '{field.name}' is given more than once")
            return self._text(field, texts[-1])
        values = [part for text in texts for part in text.split(",") if part.strip()]
        if item[1] == "integer":
            for value in values:
                self._integer(field.name, value.strip())
        self._count(field, len(values))
        return values

    def _text(self, field: RestField, value: str) -> str:
        match field.type:
            case "integer":
                return self._integer(field.name, value, field.maximum)
            case "boolean" if value.lower() not in {"true", "false"}:
                self.problem("1001", f"Invalid value '{value}'. Required of type 'Boolean'")
            case "datetime":
                self._time(value)
        if field.enum and value not in field.enum:
            self.problem(
                "1003", f"Invalid value '{value}' for '{field.name}': one of {', '.join(field.enum)}"
            )
        return value

    def _integer(self, name: str, value: str, maximum: int | None = None) -> str:
        if not INTEGER.fullmatch(value):
            self.problem("1001", f"Invalid value '{value}'. Required of type 'Integer'")
            return "0"
        if maximum is not None and int(value) > maximum:
            self.record(f"{name} is at most {maximum}, not {value}")
            return str(maximum)
        return value

    def _time(self, value: str) -> None:
        try:
            parse_time(value)
        except ValueError:
            self.problem("1001", f"Invalid value '{value}'. Required of type 'Datetime'")

    def _count(self, field: RestField, count: int) -> None:
        if field.max_items is not None and count > field.max_items:
            code = TOO_MANY.get(field.name, "1003") if self.endpoint.method == "POST" else "1003"
            self.problem(code, f"At most {field.max_items} '{field.name}', not {count}")

    def _value(self, field: RestField, value: Any, where: str) -> None:
        if value is None:
            return
        item = ARRAY.fullmatch(field.type)
        if item is None:
            self._single(field, value, where)
        elif not isinstance(value, list):
            self.problem("1001", f"'{where}' is not a list")
        else:
            self._count(field, len(value))
            for index, one in enumerate(value):
                self._item(field, item[1], one, f"{where}[{index}]")

    def _item(self, field: RestField, kind: str, value: Any, where: str) -> None:
        if kind == "object" and (field.open or not field.fields):
            if not isinstance(value, dict):
                self.problem("1001", f"'{where}' is not an object")
        elif kind == "object":
            self.body(field.fields, value, where)
        else:
            self._leaf(kind, value, where)

    def _single(self, field: RestField, value: Any, where: str) -> None:
        if field.type == "object":
            if not field.open:
                self.body(field.fields, value, where)
            elif not isinstance(value, dict):
                self.problem("1001", f"'{where}' is not an object")
            return
        self._leaf(field.type, value, where)
        if field.enum and value not in field.enum:
            self.problem("1003", f"Invalid value '{value}' for '{where}': one of {', '.join(field.enum)}")
        if field.maximum is not None and isinstance(value, int) and value > field.maximum:
            self.problem("1003", f"'{where}' is at most {field.maximum}, not {value}")

    def _leaf(self, kind: str, value: Any, where: str) -> None:
        types = {"integer": int, "string": str, "datetime": str, "boolean": bool, "number": int | float}
        expected = types.get(kind)
        wrong_bool = isinstance(value, bool) and kind != "boolean"
        if expected is not None and (wrong_bool or not isinstance(value, expected)):
            self.problem(
                "1001", f"Invalid value '{value}' for '{where}'. Required of type '{kind.capitalize()}'"
            )
        elif kind == "datetime":
            self._time(value)


def _repeats_path(name: str, texts: list[str], path: Mapping[str, str]) -> bool:
    """Whether a parameter only says again what the path says (marketorestpython's extra `id`)."""
    return name == "id" and all(text in path.values() for text in texts)
