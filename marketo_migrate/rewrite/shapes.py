"""What a part of a SOAP answer is in the REST answer, by the WSDL's types and the rules' response maps."""

import re

from marketo_migrate.model.record import record
from marketo_migrate.model.rules import OperationRule, PathMap
from marketo_migrate.model.soap import EACH, SoapFacts

ATTRIBUTE_TYPES = frozenset({"Attribute", "ArrayOfAttribute", "Attrib", "ArrayOfAttrib"})


@record
class Part:
    """A part of an answer: its path in the rules' terms, its WSDL type, whether it is a list of that type.

    `wrapper`: an object whose only content is a list (`ArrayOfLeadRecord`), positional in suds.
    """

    operation: str
    path: str
    type: str
    is_list: bool
    wrapper: bool = False

    @property
    def is_root(self) -> bool:
        """Whether it is the whole answer."""
        return not self.path


class Shapes:
    """Follows paths through answers. `operation/variant` names the answers of one variant of a rule."""

    def __init__(self, soap: SoapFacts, rules: dict[str, OperationRule]) -> None:
        self._soap = soap
        self._maps: dict[str, tuple[PathMap, ...]] = {}
        for rule in rules.values():
            self._maps[rule.name] = rule.response
            for variant in rule.variants:
                own = variant.rewrite.response if variant.rewrite is not None else ()
                self._maps[f"{rule.name}/{variant.id}"] = (*own, *rule.response)

    def part(self, operation: str, library: str, steps: tuple[str, ...]) -> Part | None:
        """The part at the steps that resolution saw; None for a step that the type does not have."""
        part = self.root(operation, library)
        for step in steps:
            following = self.step(part, step)
            if following is None:
                return None
            part = following
        return part

    def root(self, operation: str, library: str) -> Part:
        """The value that the call returns; zeep gives the only field of a result itself."""
        kind = self._soap.operations[operation.partition("/")[0]].result_type
        fields = self._soap.fields(kind)
        if library == "zeep" and len(fields) == 1:
            only = fields[0]
            return self._typed(operation, only.name, only.type, only.unbounded)
        return self._typed(operation, "", kind, False)

    def _typed(self, operation: str, path: str, kind: str, unbounded: bool) -> Part:
        found = self._soap.types.get(kind)
        is_wrapper = found is not None and found.kind == "list" and not unbounded
        return Part(operation, path, kind, unbounded, is_wrapper)

    def step(self, part: Part, step: str) -> Part | None:
        """The part one step further: an element's name, or `[]` for an item."""
        if part.is_list:
            if step != EACH:
                return None
            return self._typed(part.operation, f"{part.path}[]", part.type, False)
        fields = self._soap.fields(part.type)
        if step == EACH:
            if not part.wrapper:
                return None
            only = fields[0]
            return self._typed(part.operation, self._below(part, only.name), only.type, True)
        for field in fields:
            if field.name == step:
                return self._typed(part.operation, self._below(part, step), field.type, field.unbounded)
        return None

    def _below(self, part: Part, name: str) -> str:
        return f"{part.path}.{name}" if part.path else name

    def is_attributes(self, part: Part) -> bool:
        """Whether a part is a list of attributes (or one of them) that REST has as keys of the record."""
        if part.type not in ATTRIBUTE_TYPES:
            return False
        line = self._line(part.operation, self._element_path(part))
        return line is None or line.rest is None

    def is_leaf(self, part: Part) -> bool:
        """Whether a part is a simple value."""
        kind = self._soap.types.get(part.type)
        return not part.is_list and (kind is None or kind.kind in ("enum", "simple"))

    def only_value(self, operation: str, library: str) -> str | None:
        """The key of the REST item that is all a library gives of an answer: the simple value of its only field."""
        root = self.root(operation, library)
        line = self.mapping(root) if self.is_leaf(root) and not root.is_root else None
        return line.rest.removeprefix("[].") if line is not None and line.rest is not None else None

    def mapping(self, part: Part) -> PathMap | None:
        """The rule's line about exactly this part."""
        return self._line(part.operation, part.path)

    def _line(self, operation: str, path: str) -> PathMap | None:
        return next((item for item in self._maps[operation] if item.soap == path), None)

    def below(self, part: Part, above: Part) -> tuple[str, ...]:
        """The keys that lead from one part of the REST answer to another; "0" is the first item."""
        whole, start = self._rest(part), self._rest(above)
        if not whole.startswith(start):
            whole, start = whole.removeprefix(EACH), ""
        relative = whole[len(start) :]
        if not start:
            relative = relative.removeprefix(EACH)
        steps = re.findall(r"\w+|\[\d*\]", relative)
        return tuple("0" if step == EACH else step.strip("[]") for step in steps)

    def list_conversion(self, part: Part) -> str | None:
        """What makes SOAP's list of the REST one, where a rule says so."""
        line = self._line(part.operation, self._element_path(part))
        return line.conversion if line is not None and (part.wrapper or part.is_list) else None

    def _element_path(self, part: Part) -> str:
        """The path of the items of a list, of any other part its own."""
        if part.wrapper:
            inner = self._soap.fields(part.type)[0].name
            return f"{part.path}.{inner}{EACH}" if part.path else f"{inner}{EACH}"
        return part.path + EACH if part.is_list else part.path

    def _rest(self, part: Part) -> str:
        """The REST path of a part; what only leads to other parts is where the part above is."""
        path = self._element_path(part)
        rest = self._rest_of(part.operation, path)
        line = self._line(part.operation, path)
        own = line is not None and line.rest == rest
        return rest.removesuffix(EACH) if own and (part.wrapper or part.is_list) else rest

    def _rest_of(self, operation: str, path: str) -> str:
        while path:
            line = self._line(operation, path)
            if line is not None and line.rest is not None and line.rest.startswith("["):
                return line.rest
            path = path.removesuffix(EACH) if path.endswith(EACH) else path.rpartition(".")[0]
        return ""

    def is_container(self, part: Part) -> bool:
        """Whether a part only leads to parts that have a line of their own."""
        if part.is_root:
            return True
        return any(
            item.soap.startswith((part.path + ".", part.path + "[")) for item in self._maps[part.operation]
        )
