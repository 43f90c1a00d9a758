"""Evaluates statements, module by module and function by function, until nothing more is learned."""

from collections.abc import Iterable, Mapping

from marketo_migrate.model import facts as f
from marketo_migrate.model.marks import HINT
from marketo_migrate.model.surface import Surfaces
from marketo_migrate.resolve.expressions import CALLING_METHODS, Expressions, last_name
from marketo_migrate.resolve.frame import Environment, Frame, has_inner_functions, join, local_names
from marketo_migrate.resolve.inert import Needs, is_plain, needs_of, telling_words
from marketo_migrate.resolve.program import Program
from marketo_migrate.resolve.soap import Names
from marketo_migrate.resolve.state import ClassRecord, Context, Observed
from marketo_migrate.resolve.strings import concatenate, marked, texts_of
from marketo_migrate.resolve.values import (
    NOTHING,
    UNKNOWN,
    ClassValue,
    Client,
    Container,
    External,
    FunctionValue,
    Instance,
    Key,
    Literal,
    ModuleValue,
    Place,
    Request,
    Response,
    String,
    Unknown,
    Value,
    Values,
    forget_values,
    place,
)

MAX_WORK = 4_000_000
"""How many expressions are evaluated before resolution gives up on learning more (well under a minute)."""

_PROPERTY = frozenset(
    {
        "builtins.property",
        "functools.cached_property",
        "django.utils.functional.cached_property",
        "werkzeug.utils.cached_property",
        "cached_property.cached_property",
        "abc.abstractproperty",
        "cached_property",
    }
)
_CONTEXT = frozenset({"contextlib.contextmanager", "contextlib.asynccontextmanager"})


class Interpreter(Expressions):
    """Runs the program in the abstract. `primary` are the modules whose every function is analysed."""

    def __init__(
        self, program: Program, surfaces: Surfaces, names: Names, template_files: Mapping[str, str]
    ) -> None:
        forget_values()
        super().__init__(program, surfaces, names, template_files)
        self.cut_short = False
        self._telling = telling_words(names.operations)
        self._sending = self.http.post_methods | CALLING_METHODS
        self._needs: dict[Key, Needs | None] = {}
        self._modules: dict[str, int] = {}

    def run(self, paths: Iterable[str]) -> None:
        """Evaluate these modules and all that they need, to a fixpoint, and then once more.

        On the way functions are evaluated for values that are not all there yet. What the program does
        is noted in the last pass alone, which meets only calls with all their values.
        """
        for path in paths:
            self.primary.add(path)
        for path in sorted(self.primary):
            self.require(path)
        self._settle()
        self.observed = Observed()
        self.live = set()
        self._evaluated = {}
        for path in sorted(self._modules):
            if self._modules[path] >= 0:
                self.revisited(self.contexts[self._modules[path]])
        self._settle()

    def _settle(self) -> None:
        while (context := self.next_context()) is not None:
            if self.work > MAX_WORK:
                self.cut_short = True
                return
            self.evaluate(context)

    def require(self, path: str) -> None:
        """Have a module's body evaluated, once now and again when what it reads grows."""
        if path in self._modules:
            return
        facts = self.program.facts(path)
        if facts is None:
            self._modules[path] = -1
            return
        context = self._new_context(None, facts, None, {}, 0, generic=False)
        self._modules[path] = context.id
        if self.is_deep():
            self.enqueue(context.id)
        else:
            self.evaluate(context)

    def evaluate(self, context: Context) -> None:
        """Evaluate a context's body once."""
        if context.id in self._running:
            return
        self._evaluated[context.id] = self._evaluated.get(context.id, 0) + 1
        self._running.append(context.id)
        try:
            function = context.function
            if function is None:
                frame = Frame(context, {})
                self.block(frame, context.module.body)
                return
            if context.generic and self._is_inert(context, function):
                return
            names = local_names(function)
            environment: Environment = {}
            for parameter in function.parameters:
                given = context.bindings.get(parameter.name)
                read = self.read(("parameter", context.id, parameter.name))
                environment[parameter.name] = given if given is not None else read or UNKNOWN
            frame = Frame(context, environment, names, has_inner_functions(function))
            if frame.shared:
                for name, values in environment.items():
                    self.write(("cell", context.id, name), values)
            self.block(frame, function.body)
            if frame.environment is not None:
                self.write(("return", context.id), frozenset((Literal(None),)))
        finally:
            self._running.pop()

    def _is_inert(self, context: Context, function: f.Function) -> bool:
        """Whether a function cannot matter, whatever it is given; asked again when what it reads grows."""
        value = context.value
        if value is None or value.receiver is not None or value.cell >= 0:
            return False
        given = (item for values in context.bindings.values() for item in values)
        if not all(_is_plain(item) for item in given):
            return False
        if value.key not in self._needs:
            self._needs[value.key] = needs_of(context.module, function, self._telling, self._sending)
        needs = self._needs[value.key]
        if needs is None:
            return False
        path = context.module.path
        for name in needs.names:
            # What the module does not have is a builtin.
            values = self.module_attribute(path, name) or frozenset((External(f"builtins.{name}"),))
            if not all(map(_is_plain, values)):
                return False
        shared = [self.shared(path, *found, everywhere=False) for found in needs.attributes]
        shared += [self.shared("", *found, everywhere=True) for found in needs.items]
        return not any(shared)

    # --- statements -------------------------------------------------------------------------

    def block(self, frame: Frame, body: tuple[f.Statement, ...]) -> None:
        """Evaluate statements in order; code behind a jump is not evaluated."""
        for statement in body:
            if frame.environment is None:
                return
            self._statement(frame, statement)

    def _statement(self, frame: Frame, statement: f.Statement) -> None:
        match statement:
            case f.Assign():
                self._assignment(frame, statement)
            case f.Evaluate(values=values):
                for value in values:
                    self.expression(frame, value)
            case f.Return(value=value):
                self._return(frame, value)
            case f.If(test=test, body=body, orelse=orelse):
                self.expression(frame, test)
                self._branches(frame, [body, orelse])
            case f.Define(what=what):
                self._definition(frame, what)
            case f.Import():
                self._import(frame, statement)
            case f.For(target=target, iterable=iterable, body=body, orelse=orelse):
                at = place(frame.module.path, iterable.at)
                items = self.elements(frame, self.expression(frame, iterable), at)
                self._loop(frame, body, orelse, target, items, at)
            case f.While(test=test, body=body, orelse=orelse):
                self.expression(frame, test)
                self._loop(frame, body, orelse, None, NOTHING, place(frame.module.path, test.at))
                self.expression(frame, test)
            case f.Try():
                self._try(frame, statement)
            case f.With(items=items, body=body):
                self._with(frame, items)
                self.block(frame, body)
            case f.Match(subject=subject, cases=cases):
                self._match(frame, subject, cases)
            case f.Raise(values=values):
                for value in values:
                    self.expression(frame, value)
                frame.environment = None
            case f.Jump(kind=kind):
                if frame.environment is not None:
                    (frame.breaks if kind == "break" else frame.continues).append(frame.environment)
                frame.environment = None
            case f.Scope():
                pass

    def _return(self, frame: Frame, value: f.Expression | None) -> None:
        if value is None:
            self.write(("return", frame.context.id), frozenset((Literal(None),)))
        else:
            values = self.expression(frame, value)
            self.write(("return", frame.context.id), values, place(frame.module.path, value.at))
        frame.environment = None

    def _branches(self, frame: Frame, bodies: list[tuple[f.Statement, ...]]) -> None:
        before = frame.environment
        result: Environment | None = None
        for body in bodies:
            frame.environment = dict(before) if before is not None else None
            self.block(frame, body)
            result = join(result, frame.environment)
        frame.environment = result

    def _loop(
        self,
        frame: Frame,
        body: tuple[f.Statement, ...],
        orelse: tuple[f.Statement, ...],
        target: f.Expression | None,
        values: Values,
        at: Place,
    ) -> None:
        breaks, continues = frame.breaks, frame.continues
        before = frame.environment
        left: Environment | None = None
        for _ in range(3):
            frame.breaks, frame.continues = [], []
            frame.environment = dict(before) if before is not None else None
            if target is not None:
                self.assign(frame, target, values, at)
            self.block(frame, body)
            after = frame.environment
            for environment in frame.continues:
                after = join(after, environment)
            for environment in frame.breaks:
                left = join(left, environment)
            joined = join(before, after)
            if joined == before:
                break
            before = joined
        frame.breaks, frame.continues = breaks, continues
        frame.environment = dict(before) if before is not None else None
        self.block(frame, orelse)
        frame.environment = join(frame.environment, left)

    def _try(self, frame: Frame, node: f.Try) -> None:
        before = dict(frame.environment) if frame.environment is not None else None
        self.block(frame, node.body)
        after_body = frame.environment
        at_handler = join(before, after_body)
        self.block(frame, node.orelse)
        result = frame.environment
        for handler in node.handlers:
            frame.environment = dict(at_handler) if at_handler is not None else None
            if handler.type is not None and frame.environment is not None:
                self.expression(frame, handler.type)
            if handler.name is not None and frame.environment is not None:
                frame.environment[handler.name] = UNKNOWN
            self.block(frame, handler.body)
            result = join(result, frame.environment)
        reached = result is not None
        frame.environment = result if reached else (dict(at_handler) if at_handler is not None else None)
        self.block(frame, node.finalbody)
        if not reached:
            frame.environment = None

    def _with(self, frame: Frame, items: tuple[tuple[f.Expression, f.Expression | None], ...]) -> None:
        for value, target in items:
            values = self.expression(frame, value)
            at = place(frame.module.path, value.at)
            entered = self.entered(frame, values, at)
            if target is not None:
                self.assign(frame, target, entered, at)

    def entered(self, frame: Frame, values: Values, at: Place) -> Values:
        """What a `with` block gets from values."""
        result: set[Value] = set()
        for value in values:
            if isinstance(value, Container) and value.kind == "generator":
                result.update(self.item(value, None))
            elif isinstance(value, Instance):
                enters = self.class_attribute(frame, value.cls, "__enter__", value, at)
                enters |= self.class_attribute(frame, value.cls, "__aenter__", value, at)
                for enter in enters:
                    result.update(self.call_value(frame, enter, [], {}, at, "with"))
                if not enters:
                    result.add(value)
            else:
                result.add(value)
        return frozenset(result)

    def _match(self, frame: Frame, subject: f.Expression, cases: tuple[f.Case, ...]) -> None:
        values = self.expression(frame, subject)
        before = frame.environment
        result: Environment | None = before
        for case in cases:
            frame.environment = dict(before) if before is not None else None
            for name, whole in case.binds:
                if frame.environment is not None:
                    at = place(frame.module.path, subject.at)
                    frame.environment[name] = values if whole else self.elements(frame, values, at)
            if case.guard is not None:
                self.expression(frame, case.guard)
            self.block(frame, case.body)
            result = join(result, frame.environment)
        frame.environment = result

    # --- assignment -------------------------------------------------------------------------

    def _assignment(self, frame: Frame, node: f.Assign) -> None:
        if node.value is None:
            self._declare(frame, node)
            return
        values = self.expression(frame, node.value)
        at = place(frame.module.path, node.value.at)
        if node.operator is not None:
            old = self.expression(frame, node.targets[0])
            values = self._augmented(node.operator, old, values)
        if node.annotation is not None and all(isinstance(v, Unknown | Literal) for v in values):
            values |= self.annotated(frame, node.annotation)
        for target in node.targets:
            self.assign(frame, target, values, at)

    def _declare(self, frame: Frame, node: f.Assign) -> None:
        if node.annotation is None:
            return
        values = self.annotated(frame, node.annotation)
        if values:
            self.assign(frame, node.targets[0], values, place(frame.module.path, node.at))

    def _augmented(self, operator: str, old: Values, values: Values) -> Values:
        lists = frozenset(v for v in old if isinstance(v, Container))
        if lists:
            for container in lists:
                if isinstance(container, Container):
                    for value in values:
                        if isinstance(value, Container):
                            self.store_item(container, None, self.item(value, None))
            return lists
        if operator == "+":
            return self._noted(concatenate([old, values]), [old, values])
        return UNKNOWN

    def assign(self, frame: Frame, target: f.Expression, values: Values, at: Place) -> None:
        """Bind values to a name, attribute, item or tuple of targets."""
        match target:
            case f.Name(name=name):
                self._assign_name(frame, name, values, at)
            case f.Attribute(base=base, name=name):
                for value in self.expression(frame, base):
                    self.set_attribute(value, name, values, at)
                    if isinstance(value, Unknown | External):
                        self.share(frame.module.path, last_name(base), name, values, at)
                        self.share("", last_name(base), name, values, at)
                if HINT.search(name):
                    self._hint(values, name)
            case f.Subscript(base=base, index=index):
                self._assign_item(frame, base, index, values, at)
            case f.Sequence(items=items):
                self._assign_many(frame, items, values, at)
            case f.Starred(value=inner):
                self.assign(frame, inner, values, at)
            case _:
                pass

    def _assign_name(self, frame: Frame, name: str, values: Values, at: Place) -> None:
        if HINT.search(name):
            self._hint(values, name)
        if frame.environment is None:
            return
        frame.environment[name] = values
        if name in frame.inner_names:
            if frame.context.function is not None and frame.shared:
                self.write(("cell", frame.context.id, name), values, at)
            return
        if frame.class_key is not None:
            self.write(("attribute", ClassValue(frame.class_key), name), values, at)
        elif frame.context.function is None:
            self.write(("global", frame.module.path, name), values, at)
        elif name not in frame.local_names:
            self._assign_outer(frame, name, values, at)
        elif frame.shared:
            self.write(("cell", frame.context.id, name), values, at)

    def _assign_outer(self, frame: Frame, name: str, values: Values, at: Place) -> None:
        """A `global` or `nonlocal` name."""
        cell = frame.context.value.cell if frame.context.value else -1
        while cell >= 0:
            outer = self.contexts[cell]
            if outer.function is not None and name in local_names(outer.function):
                self.write(("cell", cell, name), values, at)
                return
            cell = outer.value.cell if outer.value else -1
        self.write(("global", frame.module.path, name), values, at)

    def _hint(self, values: Values, name: str) -> None:
        for value in values:
            if isinstance(value, Client):
                self.client(value).hints.add(name)

    def _assign_item(
        self, frame: Frame, base: f.Expression, index: f.Expression, values: Values, at: Place
    ) -> None:
        keys = self.expression(frame, index)
        for container in self.expression(frame, base):
            if isinstance(container, Container):
                for key in keys or UNKNOWN:
                    known: str | int | None = None
                    if isinstance(key, String):
                        known = key.known
                    elif isinstance(key, Literal) and isinstance(key.value, int):
                        known = key.value
                    self.store_item(container, known, values, at)
                    if known == "mktowsUserId":
                        self.observed.headers.setdefault(container.site[0], "mktowsUserId")
                    if known == "requestSignature":
                        self.note_signatures(values, container)
            elif isinstance(container, Request):
                for text in texts_of(keys):
                    if text.known:
                        self.set_attribute(container, text.known, values, at)
            elif isinstance(container, Instance):
                for text in texts_of(keys):
                    if text.known:
                        self.store_attribute(container, text.known, values, at)
            elif isinstance(container, Unknown | External):
                for text in texts_of(keys):
                    if text.known:
                        self.share("", last_name(base), text.known, values, at)

    def _assign_many(self, frame: Frame, items: tuple[f.Expression, ...], values: Values, at: Place) -> None:
        for index, item in enumerate(items):
            given: set[Value] = set()
            for value in values:
                if (
                    isinstance(value, Container)
                    and value.kind in ("tuple", "list")
                    and not isinstance(item, f.Starred)
                ):
                    given.update(self.item(value, index))
                elif isinstance(value, Container):
                    given.update(self.elements(frame, frozenset((value,)), at))
                elif isinstance(value, Response):
                    given.add(value if isinstance(item, f.Starred) else value.part("[]"))
                else:
                    given.add(value if not isinstance(value, Literal | String) else Unknown())
            self.assign(frame, item, frozenset(given), at)

    # --- definitions ------------------------------------------------------------------------

    def _definition(self, frame: Frame, what: f.Function | f.Class) -> None:
        if isinstance(what, f.Class):
            values = self._class(frame, what)
        else:
            values = self._decorated(frame, what, frozenset((self.define(frame, what),)))
            if what.decorators:
                self._analyse_decorated(frame, what, values)
        self._assign_name(frame, what.name, values, place(frame.module.path, what.name_at))

    def define(self, frame: Frame, function: f.Function) -> FunctionValue:
        """A function's value; its defaults are evaluated now, in a primary module its body too."""
        path = frame.module.path
        key = (path, function.at[0])
        self.functions[key] = (frame.module, function)
        for parameter in function.parameters:
            if parameter.default is not None:
                values = self.expression(frame, parameter.default)
                self.write(("default", key, parameter.name), values, place(path, parameter.default.at))
            if parameter.annotation is not None:
                self.write(("annotation", key, parameter.name), self.annotated(frame, parameter.annotation))
        self._option_defaults(frame, function, key)
        if function.returns is not None:
            self.write(("annotation", key, "return"), self.annotated(frame, function.returns))
        value = FunctionValue(key, None, frame.class_key, self._cell(frame), self._flavour(frame, function))
        if path in self.primary and frame.class_key is None and not function.decorators:
            self._analyse(frame, value)
        return value

    def _flavour(self, frame: Frame, function: f.Function) -> str:
        for decorator in function.decorators:
            for value in self.expression(frame, decorator):
                if not isinstance(value, External):
                    continue
                if value.name in _PROPERTY:
                    return "property"
                if value.name in _CONTEXT:
                    return "context"
                if value.name == "builtins.staticmethod":
                    return "static"
                if value.name == "builtins.classmethod":
                    return "class"
        return "class" if function.name in ("__init_subclass__", "__class_getitem__") else ""

    def _as_task(self, frame: Frame, function: f.Function, values: Values) -> Values:
        """A function that `@app.task(bind=True, base=Base)` makes a task: `self` is an object of Base."""
        for decorator in function.decorators:
            if not isinstance(decorator, f.Call) or "task" not in frame.module.source(decorator.function.at):
                continue
            options = {a.keyword: self.expression(frame, a.value) for a in decorator.arguments if a.keyword}
            receiver: Value = External("celery.Task()")
            for value in options.get("base", NOTHING):
                if isinstance(value, ClassValue):
                    receiver = Instance(value.key, None)
                    self.task_bases[frame.module.path, function.at[0]] = value
            if Literal(True) in options.get("bind", NOTHING):
                return frozenset(
                    FunctionValue(v.key, receiver, v.owner, v.cell) if isinstance(v, FunctionValue) else v
                    for v in values
                )
        return values

    def _decorated(self, frame: Frame, function: f.Function, values: Values) -> Values:
        values = self._as_task(frame, function, values)
        for decorator in reversed(function.decorators):
            at = place(frame.module.path, decorator.at)
            result: set[Value] = set()
            for callee in self.expression(frame, decorator):
                if isinstance(callee, FunctionValue | ClassValue):
                    given = self.call_value(frame, callee, [values], {}, at, "decorator")
                    result.update(v for v in given if isinstance(v, FunctionValue | Instance))
            values = frozenset(result) or values
        return values

    def _analyse_decorated(self, frame: Frame, function: f.Function, values: Values) -> None:
        """Evaluate the body of a decorated function for unknown arguments, as a bound task if it is one."""
        if frame.class_key is not None or frame.module.path not in self.primary:
            return
        plain = FunctionValue((frame.module.path, function.at[0]), None, None, self._cell(frame))
        bound = [v for v in values if isinstance(v, FunctionValue) and v.key == plain.key]
        for value in bound or [plain]:
            self._analyse(frame, value)

    def _cell(self, frame: Frame) -> int:
        return frame.context.id if frame.context.function is not None else -1

    def _class(self, frame: Frame, what: f.Class) -> Values:
        key = (frame.module.path, what.at[0])
        value = ClassValue(key)
        record = self.classes.setdefault(key, ClassRecord(key, frame.module, what, frame.context.id))
        bases: set[Value] = set()
        for base in what.bases:
            bases.update(self.expression(frame, base))
        for keyword in what.keywords:
            self.expression(frame, keyword.value)
        record.bases = frozenset(bases)
        self.set_bases(key, record.bases)
        inner = Frame(frame.context, {}, frozenset(), class_key=key, outer=frame)
        self.block(inner, what.body)
        for decorator in what.decorators:
            self.expression(frame, decorator)
        if frame.module.path in self.primary:
            self._analyse_methods(frame, key)
        return frozenset((value,))

    def _analyse_methods(self, frame: Frame, key: Key) -> None:
        """Evaluate every method, inherited ones too, for some instance of the class."""
        instance = Instance(key, None)
        for cls in self.order_of_bases(key):
            record = self.classes.get(cls)
            for statement in record.facts.body if record else ():
                if isinstance(statement, f.Define) and isinstance(statement.what, f.Function):
                    self._analyse_method(frame, instance, cls, statement.what)

    def _analyse_method(self, frame: Frame, instance: Instance, cls: Key, function: f.Function) -> None:
        value = FunctionValue((cls[0], function.at[0]), None, cls)
        if value.key not in self.functions:
            return
        for found in self.read(("attribute", ClassValue(cls), function.name)) | {value}:
            if isinstance(found, FunctionValue) and found.key == value.key:
                receiver: Value = instance
                if found.flavour == "class":
                    receiver = ClassValue(instance.cls)
                bound = FunctionValue(
                    found.key, None if found.flavour == "static" else receiver, cls, found.cell
                )
                self._analyse(frame, bound)

    def _analyse(self, frame: Frame, value: FunctionValue) -> None:
        """Evaluate a function for arguments that nothing is known of."""
        module, function = self.functions[value.key]
        bindings: dict[str, Values] = {}
        for index, parameter in enumerate(function.parameters):
            if index == 0 and value.receiver is not None:
                bindings[parameter.name] = frozenset((value.receiver,))
                continue
            hints = frozenset((parameter.name,)) if HINT.search(parameter.name) else frozenset()
            values: Values = frozenset((Unknown(hints),)) | self._fixture(frame, parameter.name, function)
            if parameter.kind in {"positional", "keyword"}:
                values |= self.read(("default", value.key, parameter.name))
                values |= self.read(("annotation", value.key, parameter.name))
            bindings[parameter.name] = values
        self._pass_context_object(module, function, bindings)
        self.context(value, module, function, bindings, frame.context.depth + 1, generic=True)

    def _pass_context_object(
        self, module: f.ModuleFacts, function: f.Function, bindings: dict[str, Values]
    ) -> None:
        """`@click.pass_obj`: the first parameter is what was put into `ctx.obj`."""
        passes = any(
            "pass_" in module.source(d.at) and "context" not in module.source(d.at)
            for d in function.decorators
        )
        if passes and function.parameters:
            first = function.parameters[0].name
            for holder in ("ctx", "context"):
                bindings[first] |= self.read(("shared", "", holder, "obj"))

    def _option_defaults(self, frame: Frame, function: f.Function, key: Key) -> None:
        """Defaults that `@click.option(…, default=…)` gives to parameters."""
        for decorator in function.decorators:
            if not isinstance(decorator, f.Call) or "option" not in frame.module.source(
                decorator.function.at
            ):
                continue
            names = [
                a.value.value
                for a in decorator.arguments
                if isinstance(a.value, f.Text) and a.keyword is None
            ]
            for argument in decorator.arguments:
                if argument.keyword == "default" and names:
                    name = names[-1].lstrip("-").replace("-", "_")
                    values = self.expression(frame, argument.value)
                    self.write(("default", key, name), values, place(frame.module.path, argument.value.at))

    def _fixture(self, frame: Frame, name: str, function: f.Function) -> Values:
        """What a pytest fixture of a parameter's name gives to a test or another fixture."""
        directory = frame.module.path.rpartition("/")[0]
        paths = [frame.module.path]
        while True:
            paths.append(f"{directory}/conftest.py" if directory else "conftest.py")
            if not directory:
                break
            directory = directory.rpartition("/")[0]
        for path in paths if self._may_use_fixtures(function) else ():
            if path not in self._modules:
                continue
            for value in self.read(("global", path, name)):
                if isinstance(value, FunctionValue) and self._is_fixture(value):
                    fixture = self.functions[value.key][1]
                    at = (path, *fixture.name_at)
                    given = {
                        parameter.name: self._fixture(frame, parameter.name, fixture)
                        for parameter in fixture.parameters
                        if parameter.name != name
                    }
                    return self.entered(frame, self.call_value(frame, value, [], given, at, "hook"), at)
        return NOTHING

    def _may_use_fixtures(self, function: f.Function) -> bool:
        return function.name.startswith("test") or any("fixture" in repr(d) for d in function.decorators)

    def _is_fixture(self, value: FunctionValue) -> bool:
        return any("fixture" in repr(decorator) for decorator in self.functions[value.key][1].decorators)

    # --- imports ----------------------------------------------------------------------------

    def _import(self, frame: Frame, node: f.Import) -> None:
        at = place(frame.module.path, node.at)
        if node.module is None:
            for item in node.names:
                self._import_module_name(frame, item, at)
            return
        path = self.program.find(frame.module.path, node.module, node.level)
        for item in node.names:
            if item.name == "*":
                self._star(frame, node, path)
                continue
            values = self._imported(frame, node, path, item.name)
            self._assign_name(frame, item.bound, values, at)

    def _import_module_name(self, frame: Frame, item: f.Imported, at: Place) -> None:
        if item.bound:
            path = self.program.find(frame.module.path, item.name, 0)
            if path is not None:
                self.require(path)
            values: Values = frozenset((ModuleValue(path) if path else External(item.name),))
            self._assign_name(frame, item.bound, values, at)
            return
        first = item.name.partition(".")[0]
        path = self.program.find(frame.module.path, first, 0)
        whole = self.program.find(frame.module.path, item.name, 0)
        if whole is not None:
            self.require(whole)
        if path is None and whole is not None:
            self._assign_dotted(frame, item.name, whole, at)
            return
        self._assign_name(frame, first, frozenset((ModuleValue(path) if path else External(first),)), at)

    def _assign_dotted(self, frame: Frame, dotted: str, path: str, at: Place) -> None:
        """`import a.b.c` where `a` is a directory without `__init__`: nested holders lead to the module."""
        parts = dotted.split(".")
        values: Values = frozenset((ModuleValue(path),))
        for depth in range(len(parts) - 1, 0, -1):
            holder = Container("namespace", ((frame.module.path, at[1], at[1] + depth), -1))
            self.write(("attribute", holder, parts[depth]), values, at)
            values = frozenset((holder,))
        self._assign_name(frame, parts[0], values, at)

    def _star(self, frame: Frame, node: f.Import, path: str | None) -> None:
        stars = self.stars.setdefault(frame.module.path, {})
        entry = path if path is not None else f"external:{node.module}"
        if entry not in stars:
            stars[entry] = None
            self.write(("stars", frame.module.path), frozenset((String((entry,)),)))
        if path is not None:
            self.require(path)

    def _imported(self, frame: Frame, node: f.Import, path: str | None, name: str) -> Values:
        if path is not None:
            self.require(path)
            values = self.module_attribute(path, name)
            if values:
                return values
            return NOTHING if path in self._modules and self._modules[path] >= 0 else UNKNOWN
        module = node.module or ""
        submodule = self.program.find(frame.module.path, f"{module}.{name}" if module else name, node.level)
        if submodule is not None:
            self.require(submodule)
            return frozenset((ModuleValue(submodule),))
        if node.level:
            return UNKNOWN
        return frozenset((External(f"{module}.{name}"),))


def _is_plain(value: Value) -> bool:
    """Whether a value has no part in SOAP calls, whatever is done with it."""
    match value:
        case Unknown(hints=hints):
            return not hints
        case External(name=dotted):
            return is_plain(dotted)
        case String():
            return not marked(frozenset((value,)))
        case _:
            return isinstance(value, Literal)
