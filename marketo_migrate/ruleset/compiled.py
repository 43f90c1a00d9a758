"""The shipped rules in the form that is quick to load: JSON that was made from the YAML files at build time.

The YAML files stay the source. The compiled file says which bytes it was made from; where they are not
the same any more, or the file is missing, it counts for nothing and the YAML files are read. It holds
what passed every check, so nothing is checked again.
"""

import json
import os
import zlib
from pathlib import Path
from typing import Any

from marketo_migrate.model.search import SearchTerms

FILE_NAME = "compiled.json"
_FORMAT = 1
_SUFFIXES = (".yml", ".yaml")


def render(directory: Path, terms: SearchTerms, documents: dict[str, dict[str, list[Any]]]) -> str:
    """The text of the compiled file: a line for the search, a line with the documents by kind and identity.

    A document is its name, its stem and its data. Raises `ValueError` for data that JSON cannot hold.
    """
    head = {"format": _FORMAT, "sources": _sources(directory), "terms": terms._asdict()}
    lines = [json.dumps(part, separators=(",", ":"), allow_nan=False) for part in (head, documents)]
    if json.loads(lines[1]) != documents:
        raise ValueError("the rules hold something that JSON does not keep")
    return "".join(f"{line}\n" for line in lines)


def read_terms(directory: Path) -> SearchTerms | None:
    """What the byte search needs, None where the compiled file does not match the rule files."""
    found = _read(directory)
    if found is None:
        return None
    terms = found[0]["terms"]
    return SearchTerms(
        words=tuple(terms["words"]),
        retired_modules=tuple(terms["retired_modules"]),
        distributions=tuple(terms["distributions"]),
        rules=tuple((code, name) for code, name in terms["rules"]),
    )


def read_documents(directory: Path) -> dict[str, dict[str, list[Any]]] | None:
    """The documents by kind and identity, None where the compiled file does not match the rule files."""
    found = _read(directory)
    documents: dict[str, dict[str, list[Any]]] | None = json.loads(found[1]) if found is not None else None
    return documents


def _read(directory: Path) -> tuple[Any, bytes] | None:
    try:
        with open(os.path.join(directory, FILE_NAME), "rb") as file:
            first, second = file.read().splitlines()
        head = json.loads(first)
        if head["format"] != _FORMAT or head["sources"] != _sources(directory):
            return None
    except (OSError, ValueError, KeyError, TypeError):
        # Missing, cut off or of another version: the YAML files are there.
        return None
    return head, second


def _sources(directory: Path) -> dict[str, list[int]]:
    """Size and CRC-32 of every rule file by its path."""
    found: dict[str, list[int]] = {}
    with os.scandir(directory) as scan:
        folders = {"": str(directory)} | {f"{entry.name}/": entry.path for entry in scan if entry.is_dir()}
    for prefix, folder in folders.items():
        for name in os.listdir(folder):
            if name.endswith(_SUFFIXES):
                with open(os.path.join(folder, name), "rb") as file:
                    data = file.read()
                found[prefix + name] = [len(data), zlib.crc32(data)]
    return dict(sorted(found.items()))
