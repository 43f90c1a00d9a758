"""Change sets in, one patch out that `git apply` takes and `git apply -R` takes back, byte for byte.

Public: `render_patch(change_sets, root=..., mask=...) -> bytes`.

A file whose shown lines hold no secret is a plain text diff. One whose lines would show a secret is
a masked diff in lines that git passes over (they begin with `# `), followed by the exact change as a
`GIT binary patch`: it can be applied and undone, and nobody reads a key in it by looking. It can be
decoded, so such a patch must be kept as carefully as the sources themselves. Files with null bytes
are binary patches too.
"""

import base64
import hashlib
import os
import zlib
from collections.abc import Iterator, Sequence

from marketo_migrate.errors import UsageError
from marketo_migrate.model.change import ChangeSet, FileChange, check_disjoint
from marketo_migrate.report.hunks import Mask, ShownHunks, hunks, neutralise_line, shown

_NO_FILE = "0" * 40
_OPEN_END = b"\\ No newline at end of file\n"
_ESCAPES = {7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}
_BYTES_PER_LINE = 52


def render_patch(change_sets: Sequence[ChangeSet], *, root: str, mask: Mask) -> bytes:
    """The patch, with paths relative to the absolute directory `root`; empty where nothing changes.

    Raises `UsageError` for a file outside of `root`, which git would refuse to patch.
    """
    check_disjoint(change_sets)
    parts: list[bytes] = []
    for change_set in change_sets:
        changes = [change for change in change_set.changes if change.changes]
        if changes:
            parts += (_comment(mask(text)) for text in (change_set.title, *change_set.notes))
        for change in sorted(changes, key=lambda change: change.path):
            parts += _file_patch(change, patch_name(change, root), mask)
    return b"".join(parts)


def patch_name(change: FileChange, root: str) -> bytes:
    """The file's path below `root` as the bytes that git knows it by."""
    relative = os.path.relpath(change.location, root)
    if relative == os.pardir or relative.startswith(os.pardir + os.sep):
        raise UsageError(f"{change.path} lies outside of {root}: one patch is for the files of one directory")
    return os.fsencode(relative.replace(os.sep, "/"))


def quoted(prefix: str, name: bytes) -> bytes:
    """The name with its prefix (`a/`) as git writes it: in C's quotes where it holds unusual bytes."""
    if all(0x20 <= byte < 0x7F and byte not in _ESCAPES for byte in name):
        return prefix.encode() + name
    escaped = (_ESCAPES.get(byte) or (chr(byte) if 0x20 <= byte < 0x7F else f"\\{byte:03o}") for byte in name)
    return f'"{prefix}{"".join(escaped)}"'.encode()


def _file_patch(change: FileChange, name: bytes, mask: Mask) -> Iterator[bytes]:
    readable = shown(change.before, change.after, mask)
    if readable.secret:
        yield from _masked_comment(change, readable)
    yield b"diff --git %s %s\n" % (quoted("a/", name), quoted("b/", name))
    if change.new:
        yield b"new file mode 100644\n"
    old = _NO_FILE if change.new else _blob_id(change.before)
    yield f"index {old}..{_blob_id(change.after)}\n".encode()
    if readable.secret or b"\0" in change.before or b"\0" in change.after:
        yield b"GIT binary patch\n"
        yield from _literal(change.after)
        yield from _literal(change.before)
        return
    if change.before != change.after:
        # A name with a space ends in a tab, so that no reader takes what follows for a date.
        end = b"\t\n" if b" " in name else b"\n"
        yield b"--- " + (b"/dev/null\n" if change.new else quoted("a/", name) + end)
        yield b"+++ " + quoted("b/", name) + end
    for hunk in hunks(change.before, change.after):
        yield hunk.header.encode() + b"\n"
        for line in hunk.lines:
            yield line.mark.encode() + line.data
            if not line.data.endswith(b"\n"):
                yield b"\n" + _OPEN_END


def _masked_comment(change: FileChange, readable: ShownHunks) -> Iterator[bytes]:
    yield _comment(f"{change.path} shows a secret here, so its exact change follows in encoded form.")
    yield _comment(
        "Whoever has this patch can decode it: keep it as you keep the source. With secrets masked:"
    )
    for header, lines in readable.hunks:
        yield _comment(header)
        for line in lines:
            yield _comment(line.mark + line.text)


def _comment(text: str) -> bytes:
    return f"# {neutralise_line(text)}".rstrip().encode("utf-8", "backslashreplace") + b"\n"


def _blob_id(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def _literal(data: bytes) -> Iterator[bytes]:
    """Bytes as git's binary patches hold them: a count, base 85 in lines of up to 52 bytes, an empty line."""
    yield b"literal %d\n" % len(data)
    packed = zlib.compress(data, 9)
    for start in range(0, len(packed), _BYTES_PER_LINE):
        chunk = packed[start : start + _BYTES_PER_LINE]
        length = chr(len(chunk) + (ord("A") - 1 if len(chunk) <= 26 else ord("a") - 27))
        yield length.encode() + base64.b85encode(chunk, pad=True) + b"\n"
    yield b"\n"
