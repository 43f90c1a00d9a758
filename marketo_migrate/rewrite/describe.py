"""The answer of Marketo's describe endpoint in, the lead fields with both of their names out.

That is `GET /rest/v1/leads/describe.json`: the whole answer, or its `result` list alone.
"""

import json
from collections.abc import Mapping
from json.decoder import JSONObject  # type: ignore[attr-defined]
from json.scanner import py_make_scanner  # type: ignore[attr-defined]
from typing import Any

from marketo_migrate.errors import UsageError
from marketo_migrate.rewrite.names import FieldName

_ADVICE = "the answer of GET /rest/v1/leads/describe.json is wanted"


def read_describe(text: str, file: str) -> dict[str, FieldName]:
    """The fields by SOAP name; fields that SOAP does not know are left out.

    Raises `UsageError` that lists everything that is wrong, as `problem @ $.path (file:line)`.
    """
    decoder = _Decoder()
    try:
        data = decoder.decode(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        raise UsageError(f"--describe: no JSON: {error.msg} ({file}:{error.lineno})") from error
    except RecursionError as error:
        raise UsageError(f"--describe: nested too deeply ({file})") from error
    except ValueError as error:
        raise UsageError(f"--describe: a number with too many digits ({file})") from error
    problems: list[str] = []
    items, path = _items(data, file)
    fields: dict[str, FieldName] = {}
    for number, item in enumerate(items):
        line = text.count("\n", 0, decoder.offsets.get(id(item), 0)) + 1
        field = _field(item, f"{path}[{number}]", f"{file}:{line}", problems)
        if field is None:
            continue
        other = fields.setdefault(field.soap, field)
        if other.rest != field.rest:
            problems.append(
                f"two fields have the SOAP name {field.soap!r} @ {path}[{number}].soap.name ({file}:{line})"
            )
    if problems:
        raise UsageError("\n".join(f"--describe: {problem}" for problem in problems))
    return fields


class _Decoder(json.JSONDecoder):
    """Keeps where each object begins, as an offset in the text, by the object's identity."""

    def __init__(self) -> None:
        super().__init__()
        self.offsets: dict[int, int] = {}
        self.parse_object = self._object
        self.scan_once = py_make_scanner(self)

    def _object(self, state: tuple[str, int], *rest: Any) -> Any:
        value, end = JSONObject(state, *rest)
        self.offsets[id(value)] = state[1]
        return value, end


def _items(data: object, file: str) -> tuple[list[object], str]:
    if isinstance(data, list):
        return data, "$"
    if not isinstance(data, Mapping):
        raise UsageError(f"--describe: an object or a list is wanted; {_ADVICE} @ $ ({file}:1)")
    if data.get("success") is False:
        raise UsageError(
            f"--describe: this is the answer of a call that failed; {_ADVICE} @ $.success ({file}:1)"
        )
    result = data.get("result")
    if not isinstance(result, list):
        raise UsageError(f"--describe: a list is wanted; {_ADVICE} @ $.result ({file}:1)")
    return result, "$.result"


def _field(item: object, path: str, place: str, problems: list[str]) -> FieldName | None:
    if not isinstance(item, Mapping):
        problems.append(f"an object is wanted @ {path} ({place})")
        return None
    rest, soap = item.get("rest"), item.get("soap")
    if rest is None and soap is None:
        problems.append(f"a field needs `rest` or `soap`; {_ADVICE} @ {path} ({place})")
        return None
    names = []
    for key, part in (("soap", soap), ("rest", rest)):
        if part is None:
            return None
        if not isinstance(part, Mapping) or not isinstance(part.get("name"), str) or not part["name"]:
            problems.append(f"a name is wanted @ {path}.{key}.name ({place})")
            return None
        if not isinstance(part.get("readOnly", False), bool):
            problems.append(f"true or false is wanted @ {path}.{key}.readOnly ({place})")
            return None
        names.append(part["name"])
    kind = item.get("dataType")
    if not isinstance(kind, str):
        problems.append(f"a text is wanted @ {path}.dataType ({place})")
        return None
    read_only = any(part.get("readOnly", False) for part in (soap, rest) if isinstance(part, Mapping))
    return FieldName(names[0], names[1], kind, writable=not read_only)
