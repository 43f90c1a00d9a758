"""What a rewritten module needs besides: imports, tables of field names, a small function over a lead."""

import ast
import re

from marketo_migrate.rewrite.functions import Functions, before_first_definition, outside_names
from marketo_migrate.rewrite.nodes import walk_scope
from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.rendering import Tables
from marketo_migrate.rewrite.source import Source
from marketo_migrate.rewrite.targets import Target, import_lines, is_soap_library, is_stdlib
from marketo_migrate.rewrite.unused import Unused

_BUILTINS = frozenset(
    {"str", "int", "list", "len", "all", "isinstance", "dict", "sorted", "LookupError", "RuntimeError"}
)


class Insertions:
    """Collects the insertions of all modules and places them."""

    def __init__(
        self, program: Program, target: Target, unused: Unused, tables: Tables, functions: Functions
    ) -> None:
        self._functions = functions
        self._sites: list[tuple[Source, ast.AST]] = []
        self._handled = False
        self._program = program
        self._target = target
        self._unused = unused
        self._tables = tables
        self._helpers: dict[str, set[str]] = {}

    def note(
        self, helpers: dict[str, set[str]], sites: list[tuple[Source, ast.AST]], *, handled: bool
    ) -> None:
        """Tell what will be inserted, so that what it names counts as read; `sites` are the rewritten calls."""
        self._helpers = helpers
        self._sites = sites
        self._handled = handled
        for path, source in self._program.sources.items():
            if helpers.get(path, set()) & {"all", "boolean"}:
                self._functions.name(source, "soap_text")
            for text in self.helpers_need(source):
                self._unused.note_inserted(source, text)
            for line in import_lines(source, self._target.imports.get(path, {})).values():
                self._unused.note_inserted(source, line)
            wanted = self._target.imports.get(path, {})
            for module, names in wanted.items():
                self._unused.note_inserted(source, " ".join((module if "" in names else "", *names)))

    def helpers_need(self, source: Source) -> list[str]:
        """What the functions that a module gets need from outside of them."""
        functions = self._functions.functions(source, handled=self._handled)
        return [" ".join(sorted(outside_names(lines))) for lines in functions]

    def check(self) -> None:
        """Raise `Unconvertible` where a name that is to be inserted has another meaning in a module."""
        for path, source in self._program.sources.items():
            imported = {n for names in self._target.imports.get(path, {}).values() for n in names if n}
            wanted = {name.rpartition(" as ")[2] for name in imported}
            wanted |= {"REST_NAMES"} if self._tables.to_rest.get(path) else set()
            wanted |= {"SOAP_STATUS"} if self._tables.statuses.get(path) else set()
            wanted |= {"lead_fields"} if "all" in self._helpers.get(path, set()) else set()
            wanted |= {"SOAP_NAMES", "soap_attributes"} if self._tables.to_soap.get(path) else set()
            wanted |= set(self._functions.names(source))
            for statement in source.tree.body:
                if isinstance(statement, ast.ImportFrom) and any(a.name == "*" for a in statement.names):
                    for other in self._program.everything.values():
                        if other is not source and wanted & _defined(other):
                            raise Unconvertible("a name may be taken by a star import", source, statement)
            for site_source, site in self._sites:
                if site_source is source:
                    _check_builtins(source, site)
            for node in source.nodes:
                taken = node.id if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) else None
                if isinstance(node, ast.FunctionDef | ast.ClassDef):
                    taken = node.name
                if taken in wanted:
                    raise Unconvertible(f"the name {taken} is taken", source, node)

    def write(self) -> None:
        """Insert imports and definitions."""
        for path, source in self._program.sources.items():
            self._imports(source, import_lines(source, self._named(source, self._target.wanted(path))))
            self._definitions(source)

    def _named(self, source: Source, wanted: dict[str, set[str]]) -> dict[str, set[str]]:
        """The imports whose names the new text has: code that was to have one may be gone."""
        own = {self._target.client_in(source), self._target.exception_in(source)}
        text = source.result() + " ".join(self.helpers_need(source)) if wanted else ""

        def is_named(name: str) -> bool:
            bound = name.rpartition(" as ")[2]
            return bound not in own or re.search(rf"\b{re.escape(bound)}\b", text) is not None

        found = {module: {name for name in names if is_named(name)} for module, names in wanted.items()}
        return {module: names for module, names in found.items() if names}

    # --- imports ----------------------------------------------------------------------------

    def _imports(self, source: Source, lines: dict[str, str]) -> None:
        standard = in_order({module: line for module, line in lines.items() if is_stdlib(module)})
        present = _leading_imports(source)
        present_standard = any(is_stdlib(_module(s)) and _module(s) != "__future__" for s in present)
        for line in standard if present_standard else ():
            self._standard(source, line)
        own = [line for module, line in sorted(lines.items()) if module in self._target.local]
        others = [
            line
            for module, line in sorted(lines.items())
            if not is_stdlib(module) and module not in self._target.local
        ]
        if standard and not present_standard:
            offset, gap = self._head(source)
            gap = source.newline if own or others else gap
            source.insert(offset, lambda: self._block(source, standard, gap))
        if own:
            self._own(source, own, others)
        if not others:
            return
        soap = [s for s in source.tree.body if self._is_soap_import(s) and self._unused.is_gone(s)]
        if soap:
            source.insert(source.line_start(soap[0].lineno), lambda: self._block(source, others, ""))
            return
        imports = _leading_imports(source)
        third = [s for s in imports if not self._is_local(source, s) and not is_stdlib(_module(s))]
        alive = [s for s in (third or imports) if not self._unused.is_gone(s)]
        if third and alive:
            source.insert(
                source.line_start((alive[-1].end_lineno or 1) + 1), lambda: self._block(source, others, "")
            )
            return
        before = [s for s in imports if is_stdlib(_module(s)) and _module(s) != "__future__"]
        if before:
            last = before[-1]
            offset = source.line_start((last.end_lineno or 1) + 1)
            source.insert(offset, lambda: source.newline + self._block(source, others, ""))
            return
        offset, gap = self._head(source)
        source.insert(offset, lambda: self._block(source, others, gap))

    def _head(self, source: Source) -> tuple[int, str]:
        """Where imports come at the top of a module, and what has to follow to leave the usual blank lines."""
        top = self._top(source)
        first = next((s for s in source.tree.body if source.span(s)[0] >= top), None)
        wanted = 2 if isinstance(first, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) else 1
        line = source.line_of(top)
        while (
            wanted
            and line > 2
            and not source.line_text(line - 1).strip()
            and not source.line_text(line - 2).strip()
        ):
            line, wanted = line - 1, wanted - 1
        return source.line_start(line), source.newline * wanted

    def _own(self, source: Source, lines: list[str], others: list[str]) -> None:
        """Put imports of modules of the same repository among their like, else behind all others."""
        imports = _leading_imports(source)
        alike = [s for s in imports if self._is_local(source, s)]
        if alike:
            before = next((s for s in alike if source.original(s) > lines[0]), None)
            line = before.lineno if before is not None else (alike[-1].end_lineno or 1) + 1
            source.insert(source.line_start(line), lambda: self._block(source, lines, ""))
            return
        third = [s for s in imports if not is_stdlib(_module(s)) and not self._unused.is_gone(s)]
        soap = [s for s in imports if self._is_soap_import(s) and self._unused.is_gone(s)]
        if soap and not third and not others:
            source.insert(source.line_start(soap[0].lineno), lambda: self._block(source, lines, ""))
        elif imports:
            offset = source.line_start((imports[-1].end_lineno or 1) + 1)
            source.insert(offset, lambda: source.newline + self._block(source, lines, ""))
        else:
            offset, gap = self._head(source)
            gap = source.newline if others else gap
            source.insert(offset, lambda: self._block(source, lines, gap))

    def _block(self, source: Source, lines: list[str], after: str) -> str:
        return "".join(line + source.newline for line in lines) + after

    def _standard(self, source: Source, line: str) -> None:
        """Put an import of the standard library among its like, in order."""
        imports = [
            s
            for s in source.tree.body
            if isinstance(s, ast.Import | ast.ImportFrom)
            and is_stdlib(_module(s))
            and _module(s) != "__future__"
        ]
        before: ast.stmt | None = None
        for statement in imports:
            is_plain = isinstance(statement, ast.Import)
            if line.startswith("import ") and (
                not is_plain or _module(statement) > line.removeprefix("import ")
            ):
                before = statement
                break
        if before is not None:
            source.insert(source.line_start(before.lineno), lambda: line + source.newline)
        elif imports:
            source.insert(source.line_start((imports[-1].end_lineno or 1) + 1), lambda: line + source.newline)
        else:
            source.insert(self._top(source), lambda: line + source.newline * 2)

    def _top(self, source: Source) -> int:
        """Behind the docstring, comments at the top and `from __future__`; before all else."""
        body = source.tree.body
        line = 1
        if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
            line = (body[0].end_lineno or 1) + 1
        for statement in body:
            if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
                line = (statement.end_lineno or 1) + 1
        while line <= source.line_count and source.line_text(line).startswith("#"):
            line += 1
        while line < source.line_count and not source.line_text(line).strip():
            line += 1
        return source.line_start(line)

    def _is_soap_import(self, statement: ast.stmt) -> bool:
        return isinstance(statement, ast.Import | ast.ImportFrom) and is_soap_library(_module(statement))

    def _is_local(self, source: Source, statement: ast.Import | ast.ImportFrom) -> bool:
        if isinstance(statement, ast.ImportFrom) and statement.level:
            return True
        return bool(self._program.named(_module(statement)))

    # --- definitions ------------------------------------------------------------------------

    def _definitions(self, source: Source) -> None:
        lines: list[str] = []
        told = ["# REST statuses, and the ones SOAP had for them"]
        quote, unit = source.literal, source.indent_unit
        to_rest = self._tables.to_rest.get(source.path)
        if to_rest and "REST_NAMES" in "".join(self._written(source)):
            lines += ["# SOAP attribute names and the REST fields that hold them"]
            lines += _table("REST_NAMES", to_rest, source)
        statuses = self._tables.statuses.get(source.path)
        if statuses and "SOAP_STATUS" in "".join(self._written(source)):
            lines += ["", *told] if lines else [*told]
            lines += _table("SOAP_STATUS", statuses, source)
        # What keeps SOAP's form reads the tables in the functions that come with it.
        functions = self._functions.functions(source, handled=self._handled)
        code = "".join([*self._written(source), *(line for lines in functions for line in lines)])
        activities = self._tables.activities.get(source.path)
        if activities and "ACTIVITY_TYPES" in code:
            if lines:
                lines.append("")
            lines += ["# REST ids of activity types, and their names"]
            items = [f"{key}: {source.literal(name)}" for key, name in sorted(activities.items())]
            line = f"ACTIVITY_TYPES = {{{', '.join(items)}}}"
            long = ["ACTIVITY_TYPES = {", *(f"{unit}{item}," for item in items), "}"]
            lines += [line] if len(line) <= 88 else long
        used = "soap_attributes" in code or "lead_fields" in code
        to_soap = self._tables.to_soap.get(source.path)
        everything = "all" in self._helpers.get(source.path, set())
        if everything and used:
            text = self._functions.name(source, "soap_text")
            lines += ([""] if lines else []) + _every_field(source, self._target.name, text, to_soap or {})
        elif used:
            to_soap = to_soap or {}
            kinds = self._helpers.get(source.path, set())
            record = "record" if "object" in kinds else "lead"
            value = f"str({record}[field])" if "number" in kinds else f"{record}[field]"
            if "boolean" in kinds:
                value = f"{self._functions.name(source, 'soap_text')}({record}[field])"
            if lines:
                lines.append("")
            lines += [
                f"# The {'' if record == 'record' else 'lead '}fields that are read, and the attribute names they had in SOAP"
            ]
            lines += _table("SOAP_NAMES", to_soap, source)
            lines += [
                "",
                "",
                f"def soap_attributes({record}):",
                f'{unit}"""Names and values of a {record}\'s fields as SOAP gave them; it left out empty ones."""',
                f"{unit}return [",
                f"{unit * 2}({'name, ' + value})",
                f"{unit * 2}for field, name in SOAP_NAMES.items()",
                f"{unit * 2}if {record}.get(field) not in (None, {quote('')})",
                f"{unit}]",
            ]
        if lines:
            self._place(source, lines, has_function=used)
        self._place_functions(source)

    def _place_functions(self, source: Source) -> None:
        """Before the first function of the module, or behind its imports where calls come earlier."""
        functions = self._functions.functions(source, handled=self._handled)
        if not functions:
            return
        end = source.newline
        uses = [node for at, node in self._sites if at is source]
        first = before_first_definition(source, uses, lambda s: not self._unused.is_gone(s))
        texts = [end.join(lines) + end for lines in functions]
        if first is None:
            imports = _leading_imports(source)
            if imports:
                offset = source.line_start((imports[-1].end_lineno or 1) + 1)
                blank = not source.line_text((imports[-1].end_lineno or 1) + 1).strip()
                tail = end if blank else end * 2
                source.insert(offset, lambda: "".join(end * 2 + text for text in texts) + tail)
            else:
                source.insert(self._top(source), lambda: "".join(text + end * 2 for text in texts))
            return
        line = first.decorator_list[0].lineno if getattr(first, "decorator_list", None) else first.lineno  # type: ignore[attr-defined]
        while line > 1 and source.line_text(line - 1).startswith("#"):
            line -= 1
        source.insert(source.line_start(line), lambda: "".join(text + end * 2 for text in texts))

    def _written(self, source: Source) -> list[str]:
        return [source.result()]

    def _place(self, source: Source, lines: list[str], *, has_function: bool) -> None:
        """Behind the imports, with the blank lines that definitions have."""
        imports = _leading_imports(source)
        end = source.newline
        if imports:
            offset = source.line_start((imports[-1].end_lineno or 1) + 1)
            text = end + end.join(lines) + end
            if has_function:
                text = end + text
            wanted = 2 if has_function else 1
            line = (imports[-1].end_lineno or 1) + 1
            while wanted and line <= source.line_count and not source.line_text(line).strip():
                line, wanted = line + 1, wanted - 1
            text += end * wanted
            source.insert(offset, lambda: text)
            return
        source.insert(self._top(source), lambda: end.join(lines) + end + end + (end if has_function else ""))


def in_order(lines: dict[str, str]) -> list[str]:
    """Import statements by module in the usual order: `import …` before `from … import …`, by name."""
    return [line for _, line in sorted(lines.items(), key=lambda item: (item[1].startswith("from"), item[0]))]


def _leading_imports(source: Source) -> list[ast.Import | ast.ImportFrom]:
    """The imports of a module that stand before anything that it does."""
    found: list[ast.Import | ast.ImportFrom] = []
    for statement in source.tree.body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            found.append(statement)
        elif (any(isinstance(n, ast.Call) for n in walk_scope(statement)) and found) or isinstance(
            statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        ):
            break
    return found


def _defined(source: Source) -> set[str]:
    """The names that a module defines at its top."""
    names = {
        n.id for n in walk_scope(source.tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    return names | {
        s.name
        for s in source.tree.body
        if isinstance(s, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }


def _check_builtins(source: Source, site: ast.AST) -> None:
    """Raise where a built-in function that written code uses means something else."""
    for scope in (
        *(a for a in source.ancestors(site) if isinstance(a, ast.FunctionDef | ast.AsyncFunctionDef)),
        source.tree,
    ):
        bound = {n.id for n in walk_scope(scope) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        bound |= {n.name for n in walk_scope(scope) if isinstance(n, ast.FunctionDef | ast.ClassDef)}
        if not isinstance(scope, ast.Module):
            bound |= {a.arg for a in (*scope.args.posonlyargs, *scope.args.args, *scope.args.kwonlyargs)}
        if any(isinstance(n, ast.Call) and getattr(n.func, "id", "") == "locals" for n in walk_scope(scope)):
            raise Unconvertible("locals() shows the variables around the call", source, site)
        found = sorted(bound & _BUILTINS)
        if found:
            raise Unconvertible(f"the name {found[0]} means something else here", source, site)


def _every_field(source: Source, target: str, text: str, named: dict[str, str]) -> list[str]:
    """The table of all fields, filled once from Describe Lead, and the functions over it.

    `text` makes SOAP's texts; `named` are the fields of calls that name theirs, which may be read before.
    """
    quote, unit = source.literal, source.indent_unit
    fields = "client.describe()"
    if target == "requests":
        fields = f"client.get({quote('/rest/v1/leads/describe.json')})[{quote('result')}]"
    rest, soap, name = quote("rest"), quote("soap"), quote("name")
    return [
        "# The fields of leads and the attribute names they had in SOAP; lead_fields() fills it",
        *_table("SOAP_NAMES", named, source),
        "",
        "",
        "def lead_fields(client):",
        f'{unit}"""All fields that a lead had in SOAP, under their REST names."""',
        f"{unit}if {quote('id')} not in SOAP_NAMES:" if named else f"{unit}if not SOAP_NAMES:",
        f"{unit * 2}for field in {fields}:",
        f"{unit * 3}if {rest} in field and {soap} in field:",
        f"{unit * 4}SOAP_NAMES[field[{rest}][{name}]] = field[{soap}][{name}]",
        f"{unit}return {quote(',')}.join(SOAP_NAMES)",
        "",
        "",
        "def soap_attributes(lead):",
        f'{unit}"""Names and values of a lead\'s fields as SOAP gave them; it left out empty ones."""',
        f"{unit}return [",
        f"{unit * 2}(name, {text}(lead[field]))",
        f"{unit * 2}for field, name in SOAP_NAMES.items()",
        f"{unit * 2}if field not in ({quote('id')}, {quote('email')}) and lead.get(field) not in (None, {quote('')})",
        f"{unit}]",
    ]


def _table(name: str, pairs: dict[str, str], source: Source) -> list[str]:
    quote, unit = source.literal, source.indent_unit
    items = [f"{quote(key)}: {quote(value)}" for key, value in sorted(pairs.items())]
    line = f"{name} = {{{', '.join(items)}}}"
    if len(line) <= 88:
        return [line]
    return [f"{name} = {{", *(f"{unit}{item}," for item in items), "}"]


def _module(statement: ast.stmt) -> str:
    if isinstance(statement, ast.ImportFrom):
        return statement.module or ""
    return statement.names[0].name if isinstance(statement, ast.Import) else ""
