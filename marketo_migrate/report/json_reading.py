"""The JSON of `scan --format json` read back: bytes in, `ScanResult` out, or what is wrong and where.

Fields that this version does not know are passed over; those that came into version 1 later may be missing.
"""

import json
from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from marketo_migrate.errors import MarketoMigrateError
from marketo_migrate.model.finding import (
    Confidence,
    FileProblem,
    Finding,
    Kind,
    Replacement,
    RestOperation,
    ScanResult,
    Step,
    Tier,
)
from marketo_migrate.model.location import Location, Span
from marketo_migrate.model.suppression import Suppression, SuppressionSource, SuppressionState
from marketo_migrate.report.json_format import SCHEMA_VERSION

_T = TypeVar("_T")
_E = TypeVar("_E", bound=StrEnum)
_LARGEST = 2**53
_TOOL = "marketo-migrate"


class NotAResultError(MarketoMigrateError):
    """Bytes that are no result of a scan; the message begins with the place: `3:14` or `$.findings[0]`."""


class _Node:
    """A value of the document and how it was reached, which makes its path when something is wrong."""

    __slots__ = ("key", "parent", "value")

    def __init__(self, value: object, parent: "_Node | None" = None, key: str | int = "") -> None:
        self.value = value
        self.parent = parent
        self.key = key

    @property
    def at(self) -> str:
        """The path from the document, such as `$.findings[3].line`."""
        if self.parent is None:
            return "$"
        return (
            f"{self.parent.at}[{self.key}]" if isinstance(self.key, int) else f"{self.parent.at}.{self.key}"
        )

    def fail(self, expected: str) -> NotAResultError:
        return NotAResultError(f"{self.at}: expected {expected}, not {_describe(self.value)}")

    def field(self, name: str) -> "_Node":
        value = self.value
        if not isinstance(value, dict):
            raise self.fail("an object")
        if name not in value:
            raise NotAResultError(f"{self.at}: `{name}` is missing")
        return _Node(value[name], self, name)

    def later(self, name: str, default: object) -> "_Node":
        """A field that older results of the same version lack."""
        if isinstance(self.value, dict) and name not in self.value:
            return _Node(default, self, name)
        return self.field(name)

    def items(self) -> list["_Node"]:
        if not isinstance(self.value, list):
            raise self.fail("a list")
        return [_Node(item, self, index) for index, item in enumerate(self.value)]

    def texts(self) -> tuple[str, ...]:
        return tuple(item.text() for item in self.items())

    def text(self) -> str:
        if not isinstance(self.value, str):
            raise self.fail("a text")
        return self.value

    def number(self, least: int = 1) -> int:
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value < _LARGEST:
            raise self.fail(f"a whole number, {least} or more")
        return value

    def truth(self) -> bool:
        if not isinstance(self.value, bool):
            raise self.fail("true or false")
        return self.value

    def choice(self, kind: type[_E]) -> _E:
        if isinstance(self.value, str) and self.value in tuple(kind):
            return kind(self.value)
        raise self.fail(f"one of {', '.join(kind)}")

    def optional(self, read: Callable[["_Node"], _T]) -> _T | None:
        return None if self.value is None else read(self)


def read_result(data: bytes) -> ScanResult:
    """Read one result; raises `NotAResultError` that names the place of the first thing that is wrong."""
    document = _Node(_load(data))
    _check_version(document)
    summary = document.field("summary")
    statistics = summary.field("statistics")
    if not isinstance(statistics.value, dict):
        raise statistics.fail("an object")
    return ScanResult(
        findings=tuple(_finding(item) for item in document.field("findings").items()),
        problems=tuple(_problem(item) for item in document.field("problems").items()),
        statistics={name: statistics.field(name).number(0) for name in statistics.value},
        suppressions=tuple(_suppression(item) for item in document.later("suppressions", []).items()),
    )


def _load(data: bytes) -> object:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotAResultError(f"byte {error.start}: not UTF-8 text") from error
    if not text.strip():
        raise NotAResultError("1:1: the file is empty")
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise NotAResultError(f"{error.lineno}:{error.colno}: not valid JSON: {error.msg}") from error
    except RecursionError as error:
        raise NotAResultError("1:1: nested too deep to be a result of a scan") from error
    except ValueError as error:
        # A number with more digits than Python converts.
        raise NotAResultError("1:1: no result of a scan: a number with too many digits") from error


def _check_version(document: _Node) -> None:
    value = document.value
    tool = value.get("tool") if isinstance(value, dict) and "schema_version" in value else None
    if not isinstance(tool, dict) or tool.get("name") != _TOOL:
        raise NotAResultError(f"$: not a result of `{_TOOL} scan --format json`")
    version = document.field("schema_version")
    found = version.number(0)
    if found == SCHEMA_VERSION:
        return
    advice = "scan again with this version" if found < SCHEMA_VERSION else f"it needs a newer {_TOOL}"
    raise NotAResultError(
        f"{version.at}: this program reads version {SCHEMA_VERSION}, the file has version {found}: {advice}"
    )


def _finding(node: _Node) -> Finding:
    excerpt = [
        (item.field("line").number(), item.field("text").text()) for item in node.field("excerpt").items()
    ]
    return Finding(
        rule=node.field("rule").text(),
        name=node.field("name").text(),
        kind=node.field("kind").choice(Kind),
        operation=node.field("operation").optional(_Node.text),
        client=node.field("client").optional(_Node.text),
        location=_location(node),
        confidence=node.field("confidence").choice(Confidence),
        fix=node.field("fix").choice(Tier),
        reason=node.field("reason").optional(_Node.text),
        message=node.field("message").text(),
        replacement=node.field("replacement").optional(_replacement),
        evidence=tuple(_step(item) for item in node.field("evidence").items()),
        fingerprint=node.field("fingerprint").text(),
        suppressed=node.field("suppressed").truth(),
        excerpt=tuple(excerpt),
        in_loop=node.later("in_loop", False).truth(),
        limits=node.later("limits", []).texts(),
        owners=node.later("owners", []).texts(),
        diff=node.later("diff", None).optional(_Node.text),
    )


def _location(node: _Node) -> Location:
    span = Span(
        node.field("line").number(),
        node.field("column").number(),
        node.field("end_line").number(),
        node.field("end_column").number(),
    )
    return Location(node.field("path").text(), span)


def _step(node: _Node) -> Step:
    return Step(node.field("message").text(), _location(node))


def _replacement(node: _Node) -> Replacement:
    operations = tuple(
        RestOperation(
            *(item.field(name).text() for name in ("operation_id", "method", "path", "docs", "role"))
        )
        for item in node.field("operations").items()
    )
    return Replacement(node.field("summary").text(), operations, node.field("snippet").optional(_Node.text))


def _problem(node: _Node) -> FileProblem:
    line = node.field("line").optional(_Node.number)
    return FileProblem(node.field("path").text(), line, node.field("message").text())


def _suppression(node: _Node) -> Suppression:
    return Suppression(
        path=node.field("path").text(),
        line=node.field("line").optional(_Node.number),
        source=node.field("source").choice(SuppressionSource),
        rules=node.field("rules").texts(),
        reason=node.field("reason").optional(_Node.text),
        until=node.field("until").optional(_Node.text),
        state=node.field("state").choice(SuppressionState),
        problem=node.field("problem").optional(_Node.text),
        pattern=node.field("pattern").optional(_Node.text),
        fingerprints=node.field("fingerprints").texts(),
    )


def _describe(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return json.dumps(value if len(value) <= 40 else f"{value[:39]}…", ensure_ascii=False)
        case int() | float():
            return str(value) if abs(value) < _LARGEST else "a very large number"
        case list():
            return "a list"
        case _:
            return "an object"
