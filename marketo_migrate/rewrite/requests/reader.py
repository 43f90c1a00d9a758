"""Reads the request of a SOAP call out of the source, guided by the WSDL's types.

Displays, keyword arguments, request objects filled by attribute, loops and helper functions all end as one
tree whose leaves are the user's own expressions. What cannot be followed exactly raises `Unconvertible`.
"""

import ast
from collections.abc import Callable
from dataclasses import replace

from marketo_migrate.model.soap import SoapFacts
from marketo_migrate.rewrite.moving import Moving
from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.purity import Purity
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.rendering import Renderer
from marketo_migrate.rewrite.requests.checks import check
from marketo_migrate.rewrite.requests.headers import HEADER, gives_header
from marketo_migrate.rewrite.requests.later import lambdas_around, runner_of
from marketo_migrate.rewrite.requests.objects import Objects
from marketo_migrate.rewrite.requests.order import Turns
from marketo_migrate.rewrite.requests.reading import Consumed, Holder, Landing, Reading
from marketo_migrate.rewrite.requests.rest_forms import RestForms
from marketo_migrate.rewrite.requests.scope import Given, Scope, moves_between
from marketo_migrate.rewrite.requests.texts import Texts
from marketo_migrate.rewrite.requests.touches import Variables
from marketo_migrate.rewrite.requests.unpacking import Partly
from marketo_migrate.rewrite.requests.values import Values
from marketo_migrate.rewrite.source import Source
from marketo_migrate.rewrite.tree import Record

_IN_PLACE = frozenset({"LeadRecord", "ArrayOfLeadRecord", "ArrayOfAttribute", "Attribute"})
_LEAD_WRITERS = frozenset({"syncLead", "syncMultipleLeads"})


class RequestReader:
    """Reads requests; `renderer` gives the REST text of a tree that is converted in place."""

    def __init__(
        self,
        program: Program,
        soap: SoapFacts,
        renderer: Renderer,
        drop: Callable[[Source, ast.stmt], None],
        moving: Moving,
        purity: Purity,
    ) -> None:
        self._program = program
        self._soap = soap
        self._moving = moving
        self.holders: set[Holder] = set()
        self.consumed = Consumed()
        self.turns = Turns(program, purity, moving)
        self._forms = RestForms(renderer, drop, self.consumed)
        self._variables = Variables(program, soap)

    def request(
        self,
        source: Source,
        call: ast.Call,
        operation: str,
        parameters: tuple[str, ...],
        arguments: tuple[ast.expr, ...],
        keywords: tuple[ast.keyword, ...],
    ) -> Record:
        """The request of a call with these arguments; `parameters` is the order of positional ones.

        Afterwards `holders` are the variables and functions that hold the REST form of its parts.
        """
        function, statement = source.function(call), source.statement(call)
        runner = runner_of(self._program, source, call)
        reading = Reading(
            Landing(source, function),
            in_place=_IN_PLACE if operation in _LEAD_WRITERS else frozenset(),
            is_later=runner is None and bool(lambdas_around(source, call)),
            purity=self.turns.purity,
            runner=runner,
        )
        scope = Scope(source, function, use=statement, sent=statement)
        if len(arguments) > len(parameters):
            raise Unconvertible(
                f"{operation} takes {len(parameters)} arguments in this WSDL version", source, call
            )
        objects = Objects(self._program, self._soap, self._variables, reading, self.consumed)
        given: list[Given] = []
        partly: Partly | None = None
        for name, argument in zip(parameters, arguments, strict=False):
            if isinstance(argument, ast.Starred):
                raise Unconvertible("arguments are unpacked from a list", source, call)
            given.append((name, argument, scope))
        for keyword in keywords:
            if keyword.arg is None and gives_header(self._program, self.turns.purity, source, keyword.value):
                continue
            if keyword.arg is None and partly is None and (found := objects.partly(keyword.value, scope)):
                partly = found
                given.extend(_always(found, scope))
            elif keyword.arg is None:
                unpacked = objects.unpacked(keyword.value, scope)
                given.extend(entry for entry in unpacked if entry[0] != HEADER)
            elif keyword.arg != HEADER:
                given.append((keyword.arg, keyword.value, scope))
        values = self._values(reading, objects)
        result = values.arguments(call, operation, given, scope)
        if partly is not None:
            values.partly(result, partly, scope)
            self._forms.drop_filled(source, partly)
        check(self._program, self._moving, reading, self.consumed)
        self.holders = reading.holders
        return result

    def keep_soap_names(self, holders: set[Holder]) -> None:
        """These variables and functions hold records under SOAP names, which are translated later."""
        self._forms.keep_soap_names(holders)

    def _values(self, reading: Reading, objects: Objects) -> Values:
        """What reads the values of one request."""
        return Values(
            self._program,
            self._soap,
            self._variables,
            objects,
            Texts(self._moving, reading, self.turns),
            self._forms,
            reading,
            self.consumed,
        )


def _always(partly: Partly, scope: Scope) -> list[Given]:
    """The entries of a dict that it has on every way, which go to the call."""
    use = scope.use
    return [
        (name, value, replace(scope, use=write.statement, moves=moves_between(scope, write.statement, use)))
        for write in partly.writes
        for name, value in write.entries
        if name not in partly.sometimes and use is not None
    ]
