"""A converted call and what is found out about the uses of its answer."""

import ast
from collections.abc import Callable
from dataclasses import dataclass, field

from marketo_migrate.model.flow import Called
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.source import Source


@dataclass(slots=True)
class Answer:
    """A converted call and what REST gives for it: `kind` is the `result` of its rule's rewrite.

    `names` are the fields of an object that is no lead: SOAP name, REST name, type. `activities` are the
    types that a request asks for, by id. `reread` writes the expression that reads the record that was
    written, `rereads` are the places for it.
    `included` are the attributes that the request asks for by name, where it does (`limited`) and they are known; `whole`: all fields are read.
    `leaf` is the key of the only value that the SOAP library gave of the answer.
    `soap_form` makes an object of SOAP's form of the REST answer; then the code around stays as it is.
    """

    call: Called
    operation: str
    library: str
    kind: str
    found: bool
    fields: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    problems: list[Unconvertible] = field(default_factory=list)
    uses: set[str] = field(default_factory=set)
    names: tuple[tuple[str, str, str], ...] = ()
    included: frozenset[str] | None = None
    limited: bool = False
    whole: bool = False
    activities: dict[int, str] = field(default_factory=dict)
    reread: Callable[[str], str] = str
    rereads: list[tuple[Source, ast.expr]] = field(default_factory=list)
    soap_form: str | None = None
    leaf: str | None = None
