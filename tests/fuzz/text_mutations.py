"""Texts in, broken texts out: bytes of any kind, and JSON documents whose values are of the wrong kind."""

import copy
import json
from collections.abc import Sequence
from random import Random
from typing import Any

WORDS = (
    b"", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\n", b"\r", b"\t", b"{", b"}", b"[", b"]", b'"', b"'", b"'''", b'"""',
    b"<", b">", b"&", b"]]>", b"<![CDATA[", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;", b"-", b"- ", b": ", b"&a [*a]",
    b"*a", b"<<: *a", b"!!python/object/apply:os.system [id]", b"!x", b"|", b">-", b"%", b"---", b"...", b"#", b"=",
    b"null", b"true", b"NaN", b"Infinity", b"-1", b"1e999", b"0x1F", b"1" * 5000, b"2026-13-45", b"2026-01-01",
    b"\\u0000", b"\\ud800", b"\xc3\xa9", b"\xed\xa0\x80", b"\xe2\x80\xae", b"a" * 3000, b"[" * 2000, b"{\"a\":" * 2000,
    b"mktowsUserId", b"http://www.marketo.com/mktows/", b"paramsGetLead", b"https://x.mktoapi.com/soap/mktows/2_3?WSDL",
    b"\x1b[2J", b"${leadKey.keyValue}", b"../../..", b"/etc/passwd", b"a\\", b"12:30", b"0o17", b"1_000", b"~", b"@", b"`",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**63, 10**400, 1.5, float("nan"), float("inf"), "", "x", "\0", "\ud800",
    "a" * 3000, "${a}", "[bold]", "<b>", "\n::error::x", [], {}, [[]], [None], ["x"], {"": ""}, {"name": None},
    {"a": {"b": {}}}, "2026-01-01", "MKT101", "getLead", "../../etc", "certain", "1",
)  # fmt: skip


def mutated(data: bytes, random: Random, words: Sequence[bytes] = WORDS) -> bytes:
    """The bytes with one to six pieces taken out, put in, changed or written twice."""
    for _ in range(random.choice((1, 1, 1, 2, 3, 6))):
        start = random.randrange(len(data) + 1)
        end = min(len(data), start + random.choice((0, 0, 1, 1, 4, 20, 200)))
        match random.randrange(7):
            case 0:
                piece = b""
            case 1:
                piece = data[start:end] * 2
            case 2:
                other = random.randrange(len(data) + 1)
                piece = data[other : other + random.choice((1, 10, 100))]
            case 3:
                piece = bytes(random.randrange(256) for _ in range(random.choice((1, 2, 8))))
            case 4 if random.random() < 0.3:
                return data[:start]
            case _:
                piece = random.choice(words)
        data = data[:start] + piece + data[end:]
    return data


def mutated_json(document: Any, random: Random) -> bytes:
    """The document with some of its values, keys or items changed; sometimes no JSON any more."""
    copy = json.loads(json.dumps(document))
    for _ in range(random.choice((1, 1, 2, 3))):
        copy = _changed(copy, random)
    kind = random.random()
    data = json.dumps(copy, ensure_ascii=kind < 0.6, indent=1 if kind < 0.3 else None)
    encoded = data.encode("utf-8", "surrogatepass")
    return mutated(encoded, random) if random.random() < 0.2 else encoded


def _changed(document: Any, random: Random) -> Any:
    places = list(_places(document))
    if not places:
        return copy.deepcopy(random.choice(VALUES))
    holder, key = random.choice(places)
    match random.randrange(4):
        case 0:
            del holder[key]
        case 1 if isinstance(holder, dict):
            holder[random.choice(("", "x", "name", "\ud800", key.upper()))] = holder.pop(key)
        case 1:
            holder.insert(key, copy.deepcopy(holder[key]))
        case 2:
            other, where = random.choice(places)
            try:
                holder[key] = json.loads(json.dumps(other[where]))
            except (KeyError, IndexError):
                holder[key] = None
        case _:
            holder[key] = copy.deepcopy(random.choice(VALUES))
    return document


def _places(document: Any) -> Any:
    items = (
        document.items()
        if isinstance(document, dict)
        else enumerate(document)
        if isinstance(document, list)
        else ()
    )
    for key, value in items:
        yield document, key
        yield from _places(value)
