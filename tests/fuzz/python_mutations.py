"""Whole Python programs in, the same programs with a few changes out, most of which still parse.

The changes are those that people make (a statement gone, moved, wrapped or written twice, another literal,
another name), and those that only hostile hands make (odd encodings, control characters, deep nesting).
"""

import ast
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from random import Random

PROJECT = Path(__file__).parents[2]
Files = dict[str, bytes]
_SUFFIXES = frozenset(
    {".py", ".ini", ".cfg", ".toml", ".txt", ".json", ".yml", ".yaml", ".xml", ".wsdl", ".env", ""}
)

EXPRESSIONS = (
    "({})", "(lambda: ({}))()", "({}) if unknown else ({})", "[({}) for _ in range(2)]", "(_v := ({}))",
    "await ({})", "*({})", "**({})", "({}).x", "({})[0]", "({})[1:]", "({})()", "not ({})", "-({})",
    "({}) or None", "({}) and ({})", "getattr(({}), 'service')", "str(({}))", "dict(leadKey=({}))", "({},)",
    "{{'leadKey': ({})}}['leadKey']", "(yield ({}))", "(yield from ({}))", "None", "self", "...", "unknown",
    "lambda *a, **k: ({})", "f'{{({})}}'", "'%s' % ({})", "list(map(str, ({})))", "({}) == ({})",
    "next(iter(({})))", "[*({})]", "{{**({})}}", "print(({}))", "functools.partial(({}))", "super().x({})",
    "({}) in ({})", "(({}) for x in ({}))", "{{k: v for k, v in ({})}}", "[]", "{{}}", "client", "type(({}))",
)  # fmt: skip
LITERALS = (
    '""', "'getLead'", "'EMAIL'", "'https://x.mktoapi.com/soap/mktows/2_3?WSDL'", "0", "-1", "10**30", "1e999",
    "b''", "None", "True", "'\\0'", "'{'", "'%s'", "'%'", "'${leadKey.keyValue}'", "'\"'", "'''a\nb'''",
    "'\\ud800'", "f'{x!r:>{w}}'", "'x' 'y'", "rb'\\x'", "'\\N{BULLET}'", "0x_f", "1j", "'a' * 1000", "'é'",
    "u'é'", "'#'", "'\\\n'", "'MKTOWS'", "'leadKey.keyValue'", "['a', 'b']", "{'a': 1}",
)  # fmt: skip
STATEMENTS = (
    "del client", "global client", "nonlocal x", "return", "return client", "yield", "raise", "pass", "continue",
    "from marketo import *", "import marketo", "import suds, zeep", "x: int", "client: 'Client' = None",
    "type X = int", "@property\ndef p(self): pass", "client = None", "client = client", "self = None",
    "client, service = service, client", "service = client.service", "client.service = None", "return None",
    "for client in client: break", "with open(client) as client: pass", "import client", "del client.service",
    "client[0] = client", "client += 1", "try: pass\nexcept* ValueError: pass", "print client", "exec 'x'",
    "from . import client", "from __future__ import annotations", "assert client", "class client: pass",
    "def client(client=client): return client", "lambda: client", "'docstring'", "x = y = z = client",
    "match client:\n    case {'a': client}: pass", "(client) = (client)", "[a, *b] = client", "...",
    "result = client.service.getLead(leadKey={'keyType': 'EMAIL', 'keyValue': 'a@b.c'})",
    "key = client.factory.create('LeadKey')", "key.keyType = 'EMAIL'", "client.set_options(soapheaders=client)",
)  # fmt: skip
WRAPPERS = (
    "if unknown:", "for client in things:", "while True:", "with client as c:", "def wrapped(self, *a, **k):",
    "class Wrapped(Wrapped):", "async def wrapped():", "if not client:\n    pass\nelse:", "try:\n    pass\nfinally:",
    "match client:\n  case _:", "async with client:", "for _ in [1]:", "class A(object):", "if False:",
    "@staticmethod\ndef wrapped(client):", "def wrapped(client=None, *, service):", "async for x in y:",
)  # fmt: skip
NAMES = ("client", "self", "Client", "service", "result", "é", "class_", "_" * 300, "leadKey", "x", "print", "None",
         "getLead", "marketo", "factory", "match", "type", "\U0001d431", "\ufb01")  # fmt: skip


def seeds() -> list[Files]:
    """The programs of the fixtures, smallest first: those that are rewritten, found, and left alone."""
    fixtures = PROJECT / "fixtures"
    roots = [
        *sorted(fixtures.glob("fix/*/before")),
        *sorted(path for path in fixtures.glob("projects/*") if path.is_dir()),
        *sorted(fixtures.glob("lookalikes/*")),
    ]
    return sorted(
        (files for root in roots if (files := _read(root))), key=lambda f: sum(map(len, f.values()))
    )


def _read(root: Path) -> Files:
    paths = sorted(path for path in root.rglob("*") if path.is_file() and path.suffix in _SUFFIXES)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}


def mutated(files: Mapping[str, bytes], random: Random) -> Files:
    """The files with one to eight changes, in few of them."""
    result = dict(files)
    for _ in range(random.choice((1, 1, 2, 2, 3, 5, 8))):
        modules = sorted(path for path in result if path.endswith(".py"))
        if not modules:
            break
        path = random.choice(modules)
        kinds = TREE_CHANGES if random.random() < 0.9 else FILE_CHANGES
        result = random.choice(kinds)(result, path, random)
    return result


# --- changes of the syntax tree -------------------------------------------------------------------


class _Source:
    """A text with its tree and the offsets of its nodes, in bytes of UTF-8; raises what `ast` raises."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.tree = ast.parse(data)
        self.starts = [0]
        for line in data.split(b"\n"):
            self.starts.append(self.starts[-1] + len(line) + 1)

    def span(self, node: ast.stmt | ast.expr) -> tuple[int, int]:
        last, column = node.end_lineno or node.lineno, node.end_col_offset or 0
        return self.starts[node.lineno - 1] + node.col_offset, self.starts[last - 1] + column

    def nodes(self, *kinds: type) -> list[ast.AST]:
        return [node for node in ast.walk(self.tree) if isinstance(node, kinds)]

    def replaced(self, node: ast.AST, text: str) -> bytes:
        start, end = self.span(node)  # type: ignore[arg-type]
        return self.data[:start] + text.encode() + self.data[end:]

    def text(self, node: ast.AST) -> str:
        start, end = self.span(node)  # type: ignore[arg-type]
        return self.data[start:end].decode()


Change = Callable[[Files, str, Random], Files]


def _on_tree(change: Callable[[_Source, Random], bytes | None]) -> Change:
    def apply(files: Files, path: str, random: Random) -> Files:
        try:
            source = _Source(files[path])
            data = change(source, random)
        except (SyntaxError, ValueError, RecursionError, IndexError):
            return files
        return files if data is None else {**files, path: data}

    return apply


def _wrap_expression(source: _Source, random: Random) -> bytes | None:
    nodes = source.nodes(ast.expr)
    if not nodes:
        return None
    node = random.choice(nodes)
    return source.replaced(node, random.choice(EXPRESSIONS).format(*[source.text(node)] * 2))


def _change_literal(source: _Source, random: Random) -> bytes | None:
    nodes = source.nodes(ast.Constant)
    return source.replaced(random.choice(nodes), random.choice(LITERALS)) if nodes else None


def _rename_one(source: _Source, random: Random) -> bytes | None:
    nodes = source.nodes(ast.Name)
    if not nodes:
        return None
    names = [node.id for node in nodes if isinstance(node, ast.Name)]
    return source.replaced(random.choice(nodes), random.choice([*NAMES, *names]))


def _rename_all(source: _Source, random: Random) -> bytes | None:
    names = sorted({node.id for node in source.nodes(ast.Name) if isinstance(node, ast.Name)})
    if not names:
        return None
    old, new = random.choice(names), random.choice([*NAMES, *names])
    places = [source.span(n) for n in source.nodes(ast.Name) if isinstance(n, ast.Name) and n.id == old]
    data = source.data
    for start, end in sorted(places, reverse=True):
        data = data[:start] + new.encode() + data[end:]
    return data


def _swap_expressions(source: _Source, random: Random) -> bytes | None:
    nodes = source.nodes(ast.expr)
    return source.replaced(random.choice(nodes), source.text(random.choice(nodes))) if nodes else None


def _change_attribute(source: _Source, random: Random) -> bytes | None:
    nodes = source.nodes(ast.Attribute)
    if not nodes:
        return None
    node, other = random.choice(nodes), random.choice(nodes)
    assert isinstance(node, ast.Attribute)
    assert isinstance(other, ast.Attribute)
    return source.replaced(node, f"{source.text(node.value)}.{random.choice((other.attr, *NAMES))}")


def _change_arguments(source: _Source, random: Random) -> bytes | None:
    nodes = [node for node in source.nodes(ast.Call) if isinstance(node, ast.Call)]
    if not nodes:
        return None
    node = random.choice(nodes)
    given = [source.text(item) for item in node.args]
    given += [
        f"{item.arg}={source.text(item.value)}" if item.arg else f"**{source.text(item.value)}"
        for item in node.keywords
    ]
    match random.randrange(6):
        case 0 if given:
            del given[random.randrange(len(given))]
        case 1:
            given.insert(
                random.randrange(len(given) + 1),
                random.choice(("*args", "**kwargs", "None", "x=1", "leadKey=None")),
            )
        case 2:
            random.shuffle(given)
        case 3 if given:
            given.append(random.choice(given))
        case 4:
            given = ["*args", "**kwargs"]
        case _:
            given = [item.partition("=")[2] or item for item in given]
    return source.replaced(node, f"{source.text(node.func)}({', '.join(given)})")


def _blocks(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list) and block:
                yield block


def _statement(source: _Source, random: Random) -> tuple[int, int, str, str] | None:
    """Offsets of the lines of a statement, its indentation, its text."""
    blocks = list(_blocks(source.tree))
    if not blocks:
        return None
    node = random.choice(random.choice(blocks))
    first = min([node.lineno, *(item.lineno for item in getattr(node, "decorator_list", []))])
    start, end = source.starts[first - 1], source.starts[node.end_lineno or node.lineno]
    text = source.data[start:end].decode()
    return start, end, text[: len(text) - len(text.lstrip(" \t"))], text


def _indented(text: str, indent: str) -> str:
    return "".join(f"{indent}{line}" if line.strip() else line for line in text.splitlines(keepends=True))


def _change_statement(source: _Source, random: Random) -> bytes | None:
    one, other = _statement(source, random), _statement(source, random)
    if one is None or other is None:
        return None
    start, end, indent, text = one
    match random.randrange(8):
        case 0:
            new = f"{indent}pass\n"
        case 1:
            new = ""
        case 2:
            new = text + text
        case 3:
            new = text + _indented(random.choice(STATEMENTS) + "\n", indent)
        case 4:
            new = _indented(random.choice(STATEMENTS) + "\n", indent)
        case 5:
            wrapper = random.choice(WRAPPERS)
            deeper = " " * (len(wrapper.split("\n")[-1]) - len(wrapper.split("\n")[-1].lstrip()) + 4)
            new = _indented(wrapper + "\n", indent) + _indented(text, deeper)
        case 6:
            new = f"{indent}try:\n{_indented(text, '    ')}{indent}except Exception as client:\n{indent}    raise\n"
        case _:
            moved = "".join(line.removeprefix(other[2]) for line in other[3].splitlines(keepends=True))
            new = text + _indented(moved, indent)
    return source.data[:start] + new.encode() + source.data[end:]


def _swap_statements(source: _Source, random: Random) -> bytes | None:
    blocks = [block for block in _blocks(source.tree) if len(block) > 1]
    if not blocks:
        return None
    block = random.choice(blocks)
    at = random.randrange(len(block) - 1)
    one, other = block[at], block[at + 1]
    (start, middle), (begin, end) = source.span(one), source.span(other)
    data = source.data
    return data[:start] + data[begin:end] + data[middle:begin] + data[start:middle] + data[end:]


TREE_CHANGES: tuple[Change, ...] = tuple(
    _on_tree(change)
    for change in (
        _wrap_expression, _wrap_expression, _change_literal, _rename_one, _rename_all, _swap_expressions,
        _change_attribute, _change_arguments, _change_statement, _change_statement, _change_statement,
        _swap_statements,
    )
)  # fmt: skip


# --- changes of bytes and files ---------------------------------------------------------------------


def _truncate(files: Files, path: str, random: Random) -> Files:
    return {**files, path: files[path][: random.randrange(len(files[path]) + 1)]}


def _other_lines(files: Files, path: str, random: Random) -> Files:
    data = files[path]
    old, new = random.choice(
        ((b"\n", b"\r\n"), (b"\n", b"\r"), (b"    ", b"\t"), (b"\n\n", b"\n\x0c\n"), (b" = ", b"="), (b", ", b",\\\n"),
         (b"\n", b"  \n"), (b"(", b"( "), (b")\n", b"); pass\n"), (b"'", b'"'), (b"\n", b"\n\n"), (b"\n", b" # x\n"))
    )  # fmt: skip
    return {**files, path: data.replace(old, new)}


def _other_encoding(files: Files, path: str, random: Random) -> Files:
    text = files[path].decode("utf-8", "replace")
    cookie, codec = random.choice(
        (("latin-1", "latin-1"), ("cp1252", "cp1252"), ("utf-8", "utf-8-sig"), ("", "utf-16"), ("rot13", "utf-8"),
         ("euc-jp", "euc-jp"), ("utf-7", "utf-7"), ("nonsense", "utf-8"), ("", "utf-8-sig"), ("", "utf-32"),
         ("raw_unicode_escape", "utf-8"), ("hex", "utf-8"), ("idna", "utf-8"), ("utf-16", "utf-8"), ("undefined", "utf-8"),
         ("unicode_escape", "utf-8"), ("ascii", "utf-8"), ("big5", "big5"))
    )  # fmt: skip
    line = f"# -*- coding: {cookie} -*-\n" if cookie else ""
    return {**files, path: (line + "# é ß 中\n" + text).encode(codec, "ignore")}


def _insert_bytes(files: Files, path: str, random: Random) -> Files:
    data = files[path]
    at = random.randrange(len(data) + 1)
    piece = random.choice((b"\0", b"\xff", b"\x0c", b"\r", b"\x1a", b"\\\n", b"\xef\xbb\xbf", b"\xc2\x85", b"(", b"'''",
                           b"#", b"\xe2\x80\xa8", b"\xed\xa0\x80", b"\t", b"\n  ", b";", b"\\", b"\x1b[2J"))  # fmt: skip
    return {**files, path: data[:at] + piece + data[at:]}


def _nest(files: Files, path: str, random: Random) -> Files:
    depth = random.choice((10, 60, 120, 160, 1000))
    piece = random.choice(
        (
            "x = " + "[" * depth + "client" + "]" * depth,
            "x = client" + ".x" * depth,
            "x = " + "not " * depth + "client",
            "x = " + "client if x else " * depth + "client",
            "x = " + "lambda: " * depth + "client",
            "x = client" + "()" * depth,
            "x = " + " + ".join(["client"] * depth),
            "".join(f"{' ' * n}if client:\n" for n in range(depth)) + " " * depth + "pass",
            "".join(f"{' ' * n}def f{n}(client):\n" for n in range(depth)) + " " * depth + "return client",
            "if client: pass\n" + "elif client: pass\n" * depth,
            "x = " + "f(" * depth + "client" + ")" * depth,
            "".join(f"class C{n}(C{n - 1 if n else depth - 1}): pass\n" for n in range(depth)),
            "".join(f"x{n + 1} = [x{n}, x{n}]\n" for n in range(depth)),
            "".join(f"def g{n}(a): return g{(n + 1) % depth}(g{(n + 2) % depth}(a))\n" for n in range(depth)),
        )
    )
    return {**files, path: files[path] + b"\n" + piece.encode() + b"\n"}


def _other_files(files: Files, path: str, random: Random) -> Files:
    other = random.choice(sorted(files))
    module = other.removesuffix(".py").replace("/", ".")
    match random.randrange(5):
        case 0:
            return {name: data for name, data in files.items() if name != path} or files
        case 1:
            return {**files, path: f"from {module} import *\nimport {module}\n".encode() + files[path]}
        case 2:
            return {**files, path: files[other]}
        case 3:
            return {
                **files,
                random.choice(("copy.py", "a b/c'd.py", "é.py", "marketo.py", "suds/client.py")): files[path],
            }
        case _:
            return {
                **files,
                "package/__init__.py": files[path],
                "package/inner.py": b"from package import *\n",
            }


FILE_CHANGES: tuple[Change, ...] = (
    _truncate,
    _other_lines,
    _other_encoding,
    _insert_bytes,
    _nest,
    _other_files,
)
