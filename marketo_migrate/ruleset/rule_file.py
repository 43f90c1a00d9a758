"""A rule file as plain data, wherever it was read from."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class RuleFile:
    """`name` is the path shown in problems; `stem` the file's name without the suffix."""

    name: str
    stem: str
    data: Any
