"""Reads one YAML rule file into plain data that still knows its lines; what is wrong becomes problems.

Only safe YAML: plain scalars, lists and mappings with text keys. Dates stay texts.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeAlias

import yaml

from marketo_migrate.model.record import record
from marketo_migrate.ruleset.rule_file import RuleFile

MAXIMUM_BYTES: Final = 1_000_000
"""A rule file is written by people; a larger one is a mistake."""

MAXIMUM_NODES: Final = 100_000
"""Bounds what aliases can blow a file up to."""

MAXIMUM_DEPTH: Final = 40

Steps: TypeAlias = tuple[str | int, ...]

_BASE: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TRUE: Final = frozenset({"true", "yes", "on"})


class _Loader(_BASE):  # type: ignore[misc]
    """PyYAML's safe loader without resolvers by path, which nobody uses here and every node pays for."""

    def descend_resolver(self, current_node: Any, current_index: Any) -> None:
        pass

    def ascend_resolver(self) -> None:
        pass

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        if kind is yaml.ScalarNode and (not implicit[0] or value[:1] not in _RESOLVED):
            return "tag:yaml.org,2002:str"
        return super().resolve(kind, value, implicit)


_RESOLVED: Final = frozenset(_BASE.yaml_implicit_resolvers)
"""First characters of plain scalars that may be something else than text."""


@record
class Document(RuleFile):
    """A rule file with its YAML nodes, for the lines of problems."""

    root: yaml.Node

    def problem(self, message: str, steps: Steps) -> str:
        """The problem as people read it: `message @ $.path (file:line)`."""
        return f"{message} @ {json_path(steps)} ({self.name}:{_line(self.root, steps)})"


def json_path(steps: Steps) -> str:
    """Steps as a JSON path: ("variants", 0, "id") is `$.variants[0].id`."""
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)


def read_document(path: Path, name: str, problems: list[str]) -> Document | None:
    """Read a rule file. What is wrong is added to `problems`; None when nothing of it can be used.

    `name` is the path to show. Never raises for what the file holds or for reading it.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAXIMUM_BYTES + 1)
    except OSError as error:
        problems.append(f"cannot be read: {error.strerror or error} @ $ ({name}:1)")
        return None
    if len(data) > MAXIMUM_BYTES:
        problems.append(f"larger than {MAXIMUM_BYTES} bytes @ $ ({name}:1)")
        return None
    return parse_document(data, path.stem, name, problems)


def parse_document(data: bytes, stem: str, name: str, problems: list[str]) -> Document | None:
    """Parse the bytes of a rule file; see `read_document`."""
    root = _compose(data, name, problems)
    if root is None:
        return None
    reader = _Reader(name)
    content = reader.value(root, (), 0)
    problems.extend(reader.problems)
    return None if reader.problems else Document(name, stem, content, root)


def _compose(data: bytes, name: str, problems: list[str]) -> yaml.Node | None:
    try:
        root = yaml.compose(data.decode("utf-8-sig"), Loader=_Loader)
    except UnicodeDecodeError as error:
        problems.append(f"not UTF-8 @ $ ({name}:{data[: error.start].count(10) + 1})")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        problems.append(f"not YAML: {error.problem or error.context} @ $ ({name}:{line})")
    except (yaml.YAMLError, RecursionError) as error:
        problems.append(f"not YAML: {str(error).splitlines()[0] or 'nested too deeply'} @ $ ({name}:1)")
    else:
        if root is None:
            problems.append(f"the file is empty @ $ ({name}:1)")
        return root
    return None


class _Reader:
    """Turns YAML nodes into plain data; collects what YAML allows and rule files do not."""

    def __init__(self, name: str) -> None:
        self.problems: list[str] = []
        self._name = name
        self._left = MAXIMUM_NODES

    def value(self, node: yaml.Node, steps: Steps, depth: int) -> Any:
        self._left -= 1
        if self._left < 0 or depth > MAXIMUM_DEPTH:
            self._report_size(node, steps)
            return None
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, steps)
        if node.tag not in _COLLECTIONS:
            self._report_tag(node, steps)
            return None
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*steps, index), depth + 1) for index, item in enumerate(node.value)]
        return self._mapping(node, steps, depth)

    def _mapping(self, node: yaml.Node, steps: Steps, depth: int) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value
            if not isinstance(key_node, yaml.ScalarNode) or not isinstance(key, str):
                self._report("a key must be a text", key_node, steps)
            elif key in result:
                self._report(f"the key {key!r} stands twice", key_node, steps)
            else:
                result[key] = self.value(value_node, (*steps, key), depth + 1)
        return result

    def _scalar(self, node: yaml.ScalarNode, steps: Steps) -> Any:
        text: str = node.value
        tag: str = node.tag
        if tag == "tag:yaml.org,2002:str":
            return text
        convert = _SCALARS.get(tag)
        if convert is None:
            self._report_tag(node, steps)
            return None
        try:
            return convert(text)
        except ValueError:
            return text

    def _report_tag(self, node: yaml.Node, steps: Steps) -> None:
        self._report(
            f"the YAML tag {node.tag.removeprefix('tag:yaml.org,2002:')!r} is not allowed", node, steps
        )

    def _report_size(self, node: yaml.Node, steps: Steps) -> None:
        # One problem is enough: everything after it is over the limit too.
        if not self.problems or not self.problems[-1].startswith("too much"):
            self._report(
                "too much data (deep nesting, or aliases that multiply)", node, steps[:MAXIMUM_DEPTH]
            )

    def _report(self, message: str, node: yaml.Node, steps: Steps) -> None:
        self.problems.append(f"{message} @ {json_path(steps)} ({self._name}:{node.start_mark.line + 1})")


_COLLECTIONS: Final = frozenset({"tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"})

_SCALARS: Final[dict[str, Callable[[str], Any]]] = {
    "tag:yaml.org,2002:null": lambda _: None,
    "tag:yaml.org,2002:bool": lambda text: text.casefold() in _TRUE,
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:float": float,
    "tag:yaml.org,2002:timestamp": str,
    "tag:yaml.org,2002:merge": str,
    "tag:yaml.org,2002:value": str,
}


def _line(node: yaml.Node, steps: Steps) -> int:
    """The line (from 1) of the value that steps lead to, or of the nearest thing above it that exists."""
    for step in steps:
        found = _child(node, step)
        if found is None:
            break
        node = found
    return int(node.start_mark.line) + 1


def _child(node: yaml.Node, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        item: yaml.Node = node.value[step]
        return item
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    return None
