"""The shipped rules in the form that is quick to load, made from the YAML files at build time.

The YAML files stay the source. The compiled file says which bytes it was made from; where they are not
the same any more, or the file is missing, it counts for nothing and the YAML files are read. It holds
what passed every check, so nothing is checked again. Its lines are: the format; path, size and CRC-32 of
the rule files; four lines with what the byte search needs, in words, so that it needs no JSON reader;
and a line of JSON with the documents.
"""

import os
import zlib
from pathlib import Path
from typing import Any

from marketo_migrate.model.search import SearchTerms

FILE_NAME = "compiled.txt"
_FORMAT = "marketo-migrate rules 1"
_SUFFIXES = (".yml", ".yaml")


def render(directory: Path, terms: SearchTerms, documents: dict[str, dict[str, list[Any]]]) -> str:
    """The text of the compiled file; a document, by kind and identity, is its name, stem and data.

    Raises `ValueError` for data that JSON cannot hold, and for names with blanks.
    """
    import json

    rules = tuple(word for rule in terms.rules for word in rule)
    names = (terms.words, terms.retired_modules, terms.distributions, rules)
    if any(not word or word.split() != [word] for words in names for word in words):
        raise ValueError("the rules have a name with blanks")
    text = json.dumps(documents, separators=(",", ":"), allow_nan=False)
    if json.loads(text) != documents:
        raise ValueError("the rules hold something that JSON does not keep")
    lines = [_FORMAT, _sources(directory), *(" ".join(words) for words in names), text]
    return "".join(f"{line}\n" for line in lines)


def read_terms(directory: Path) -> SearchTerms | None:
    """What the byte search needs, None where the compiled file does not match the rule files."""
    lines = _read(directory)
    if lines is None:
        return None
    words, modules, distributions, rules = (tuple(line.decode().split()) for line in lines[:4])
    return SearchTerms(words, modules, distributions, tuple(zip(rules[::2], rules[1::2], strict=True)))


def read_documents(directory: Path) -> dict[str, dict[str, list[Any]]] | None:
    """The documents by kind and identity, None where the compiled file does not match the rule files."""
    lines = _read(directory)
    if lines is None:
        return None
    import json

    documents: dict[str, dict[str, list[Any]]] = json.loads(lines[4])
    return documents


def _read(directory: Path) -> list[bytes] | None:
    """The lines behind those that tell whether they count."""
    try:
        with open(os.path.join(directory, FILE_NAME), "rb") as file:
            lines = file.read().split(b"\n")
    except OSError:
        return None
    # The last line end leaves an empty line: a file that was cut off has none, or fewer lines.
    if len(lines) != 8 or lines[0] != _FORMAT.encode() or lines[1] != _sources(directory).encode():
        return None
    return lines[2:]


def _sources(directory: Path) -> str:
    """Path, size and CRC-32 of every rule file."""
    found: dict[str, str] = {}
    with os.scandir(directory) as scan:
        folders = {"": str(directory)} | {f"{entry.name}/": entry.path for entry in scan if entry.is_dir()}
    for prefix, folder in folders.items():
        for name in os.listdir(folder):
            if name.endswith(_SUFFIXES):
                with open(os.path.join(folder, name), "rb") as file:
                    data = file.read()
                found[prefix + name] = f"{len(data)} {zlib.crc32(data)}"
    return " ".join(f"{path} {what}" for path, what in sorted(found.items()))
