"""Makes findings: rule, words, replacement, excerpt and fingerprint for what was judged."""

from marketo_migrate.detect.snippet import render
from marketo_migrate.detect.source import Sources
from marketo_migrate.model.finding import Confidence, Finding, Kind, Replacement, RestOperation, Step, Tier
from marketo_migrate.model.flow import Place
from marketo_migrate.model.matching import choose
from marketo_migrate.model.request import Record
from marketo_migrate.model.rules import OperationRule, Ruleset, Variant

UNPROVEN = (
    "the call itself can be rewritten, but whether the code around it keeps working with the REST answer "
    "was not checked"
)
_HOW = {
    "callback": "hands {callee}() over to be called",
    "delay": "queues {callee}()",
    "apply_async": "queues {callee}()",
    "property": "reads {callee}, which",
    "construction": "makes an object whose {callee}()",
}
_PERFORMS = (Kind.CALL, Kind.WRAPPER_CALL)


class Maker:
    """Makes findings for one scan; `target` names the REST client that snippets use."""

    def __init__(self, rules: Ruleset, sources: Sources, target: str) -> None:
        self._rules = rules
        self._sources = sources
        self._target = target

    def call(
        self,
        *,
        place: Place,
        operations: tuple[str, ...],
        unknown: tuple[str, ...],
        confidence: Confidence,
        steps: tuple[Step, ...],
        library: str | None,
        request: Record | None,
        callers: int,
    ) -> Finding:
        """A SOAP call: of one operation, of several, or of one that is not known."""
        rule = self._rules.operation(operations[0]) if len(operations) == 1 else None
        reached = f" Reached from {callers} call site{'s' if callers != 1 else ''}." if callers else ""
        if rule is None:
            return self._dynamic_call(place, operations, unknown, confidence, steps, library, reached)
        variant = choose(rule, request, self._rules)
        tier, reason = _tier(variant)
        return self._finding(
            rule.code,
            rule.name,
            Kind.CALL,
            rule.name,
            place,
            confidence,
            steps,
            library=library,
            fix=tier,
            reason=reason,
            message=f"SOAP {rule.name} was removed on 2026-07-31. {rule.summary}{reached}",
            replacement=self._replacement(rule, variant, request),
            limits=rule.rest_limits,
        )

    def _dynamic_call(
        self,
        place: Place,
        operations: tuple[str, ...],
        unknown: tuple[str, ...],
        confidence: Confidence,
        steps: tuple[Step, ...],
        library: str | None,
        reached: str,
    ) -> Finding:
        rule = self._rules.codes["MKT010"]
        if operations:
            what = f"performs several SOAP operations: {', '.join(operations)}"
        elif unknown:
            what = f"calls {', '.join(unknown)}, which is no method of Marketo's SOAP API"
        else:
            what = "performs a SOAP operation whose name is not known here"
        return self._finding(
            rule.code,
            rule.name,
            Kind.CALL,
            None,
            place,
            confidence,
            steps,
            library=library,
            fix=Tier.NONE,
            reason="the operation is chosen at run time; rewrite the callers one by one",
            message=f"This call {what}; the SOAP API was removed on 2026-07-31.{reached}",
            replacement=None,
        )

    def wrapper(
        self,
        *,
        place: Place,
        operations: tuple[str, ...],
        confidence: Confidence,
        steps: tuple[Step, ...],
        callee: str,
        how: str,
        advise: bool,
    ) -> Finding:
        """A call to a function of the program that performs SOAP operations.

        `advise` says what replaces the operation: the SOAP call itself performs several, and cannot.
        """
        rule = self._rules.operation(operations[0]) if len(operations) == 1 else None
        code, name = (
            (rule.code, rule.name) if rule is not None else ("MKT010", self._rules.codes["MKT010"].name)
        )
        words = _HOW.get(how, "calls {callee}(), which").format(callee=callee)
        verb = " performs" if words.endswith("which") or how == "construction" else ", which performs"
        listed = f"SOAP {', '.join(operations)}" if operations else "a SOAP operation that is not known"
        return self._finding(
            code,
            name,
            Kind.WRAPPER_CALL,
            operations[0] if len(operations) == 1 else None,
            place,
            confidence,
            steps,
            library=None,
            fix=Tier.NONE,
            reason="it changes together with the SOAP call that it reaches",
            message=f"This {words}{verb} {listed}.",
            replacement=(
                self._replacement(rule, choose(rule, None, self._rules), None)
                if rule is not None and advise
                else None
            ),
            limits=rule.rest_limits if rule is not None else (),
        )

    def piece(
        self,
        kind: Kind,
        place: Place,
        confidence: Confidence,
        steps: tuple[Step, ...],
        *,
        library: str | None = None,
        detail: str = "",
        operation: str | None = None,
    ) -> Finding:
        """What surrounds the calls: a client, a header, an endpoint, …; `detail` goes into the message."""
        rule = next(rule for rule in self._rules.integration if rule.kind is kind)
        values = {
            "library": library or "SOAP",
            "package": library or detail,
            "type": "request object" if detail == "?" else detail,
            "name": detail,
        }
        message = _filled(rule.message, values)
        return self._finding(
            rule.code,
            rule.name,
            kind,
            operation,
            place,
            confidence,
            steps,
            library=library,
            fix=Tier.NONE,
            reason="it goes when the SOAP calls that it serves are gone",
            message=message,
            replacement=Replacement(rule.advice, (), None),
        )

    def _finding(  # noqa: PLR0913 - a finding has that many parts
        self,
        code: str,
        name: str,
        kind: Kind,
        operation: str | None,
        place: Place,
        confidence: Confidence,
        steps: tuple[Step, ...],
        *,
        library: str | None,
        fix: Tier,
        reason: str | None,
        message: str,
        replacement: Replacement | None,
        limits: tuple[str, ...] = (),
    ) -> Finding:
        location = self._sources.location(place)
        return Finding(
            rule=code,
            name=name,
            kind=kind,
            operation=operation,
            client=library,
            location=location,
            confidence=confidence,
            fix=fix,
            reason=reason,
            message=self._sources.masked(message),
            replacement=replacement,
            evidence=tuple(
                Step(self._sources.masked(step.message), self._sources.original(step.location))
                for step in steps
            ),
            fingerprint=self._sources.fingerprint(code, kind, operation, place),
            excerpt=self._sources.excerpt(location),
            in_loop=kind in _PERFORMS and self._sources.in_loop(place),
            limits=limits,
        )

    def _replacement(self, rule: OperationRule, variant: Variant, request: Record | None) -> Replacement:
        snippet = render(variant, request, rule, self._rules, self._target)
        return Replacement(
            rule.summary,
            tuple(self._operation(use.operation_id, use.role) for use in rule.rest),
            self._sources.masked(snippet) if snippet is not None else None,
        )

    def _operation(self, operation_id: str, role: str) -> RestOperation:
        endpoint = self._rules.endpoints[operation_id]
        return RestOperation(operation_id, endpoint.method, endpoint.path, endpoint.docs, role)


def _tier(variant: Variant) -> tuple[Tier, str | None]:
    """The tier of a variant, as far as the call alone can tell."""
    if variant.tier is Tier.SAFE:
        return Tier.REVIEW, UNPROVEN
    return variant.tier, variant.why


def _filled(message: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        message = message.replace("${" + name + "}", value)
    return message
