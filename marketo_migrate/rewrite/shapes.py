"""What a part of a SOAP answer is in the REST answer, by the WSDL's types and the rules' response maps."""

from dataclasses import dataclass

from marketo_migrate.model.rules import OperationRule, PathMap
from marketo_migrate.model.soap import EACH, SoapFacts

ATTRIBUTE_TYPES = frozenset({"Attribute", "ArrayOfAttribute"})


@dataclass(frozen=True, slots=True)
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
    """Follows paths through answers."""

    def __init__(self, soap: SoapFacts, rules: dict[str, OperationRule]) -> None:
        self._soap = soap
        self._rules = rules

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
        kind = self._soap.operations[operation].result_type
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

    def is_leaf(self, part: Part) -> bool:
        """Whether a part is a simple value."""
        kind = self._soap.types.get(part.type)
        return not part.is_list and (kind is None or kind.kind in ("enum", "simple"))

    def mapping(self, part: Part) -> PathMap | None:
        """The rule's line about exactly this part."""
        return next((item for item in self._rules[part.operation].response if item.soap == part.path), None)

    def is_container(self, part: Part) -> bool:
        """Whether a part only leads to parts that have a line of their own."""
        if part.is_root:
            return True
        return any(
            item.soap.startswith((part.path + ".", part.path + "["))
            for item in self._rules[part.operation].response
        )

    def is_list_root(self, operation: str) -> bool:
        """Whether the REST answer stands for a list (and not for its only item)."""
        return any(EACH in item.soap for item in self._rules[operation].response)
