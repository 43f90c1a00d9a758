"""Judges what resolution found and makes the findings of the Python files."""

from collections.abc import Iterable, Mapping

from marketo_migrate.detect.judge import Verdict, judge
from marketo_migrate.detect.literals import marked_literals
from marketo_migrate.detect.making import Maker
from marketo_migrate.detect.masking import named_secrets
from marketo_migrate.detect.reach import Direct, Reach
from marketo_migrate.detect.source import Sources, walk_statements
from marketo_migrate.model import facts as f
from marketo_migrate.model.finding import Confidence, Finding, Kind, Step
from marketo_migrate.model.flow import Place
from marketo_migrate.model.location import Location
from marketo_migrate.model.marks import is_foreign, is_strong
from marketo_migrate.model.record import record
from marketo_migrate.model.resolution import CallFact, PostFact, Resolution
from marketo_migrate.model.rules import Ruleset
from marketo_migrate.model.surface import Surfaces

_MOST_STEPS = 20
"""How many calls of a chain are shown; of a longer one the first few and the last ones."""
_FIRST_STEPS = 4
_SERVES = ("mktowsUserId", "/soap/mktows", "marketo.com/mktows")


@record
class _Judged:
    """A call site that is Marketo's: operations by context, confidence, evidence, the client's library."""

    place: Place
    by_context: Mapping[int, frozenset[str | None]]
    confidence: Confidence
    steps: tuple[Step, ...]
    library: str | None


OPEN_QUESTIONS = ("client not known", "address not known", "operation not known")
"""Why a SOAP-like call is attributed to nobody."""


def python_findings(
    resolution: Resolution,
    modules: Mapping[str, f.ModuleFacts],
    rules: Ruleset,
    surfaces: Surfaces,
    target: str,
) -> tuple[Finding, ...]:
    """All findings of the resolved modules, unsorted; `target` is the REST client that snippets use."""
    return _Detection(resolution, modules, rules, surfaces, target).findings()


def unresolved_calls(resolution: Resolution, rules: Ruleset, surfaces: Surfaces) -> dict[str, int]:
    """How many SOAP-like calls could not be attributed to Marketo or to another vendor, by reason."""
    detection = _Detection(resolution, {}, rules, surfaces, "")
    counts = dict.fromkeys(OPEN_QUESTIONS, 0)
    for fact in resolution.calls:
        reason = detection.open_question(fact)
        if reason is not None:
            counts[reason] += 1
    return counts


def secret_values(resolution: Resolution, modules: Mapping[str, f.ModuleFacts]) -> frozenset[str]:
    """The literals that are keys, which no output may show."""
    values = {value for facts in modules.values() for value in named_secrets(facts.text)}
    for place in (
        *(place for place, _ in resolution.secrets),
        *(key for signature in resolution.signatures for key in signature.keys),
    ):
        facts = modules.get(place[0])
        if facts is not None:
            value = facts.source((place[1], place[2])).strip("rRbBuU").strip("'\"")
            if len(value) >= 6:
                values.add(value)
    return frozenset(values)


class _Detection:
    """One pass over a resolution."""

    def __init__(
        self,
        resolution: Resolution,
        modules: Mapping[str, f.ModuleFacts],
        rules: Ruleset,
        surfaces: Surfaces,
        target: str,
    ) -> None:
        self._resolution = resolution
        self._rules = rules
        self._surfaces = surfaces
        self._names = frozenset(rule.name for rule in rules.operations)
        self._distinctive = frozenset(rule.name for rule in rules.operations if rule.distinctive)
        self._clients = {client.id: client for client in resolution.clients}
        wrappers = frozenset(surface.name for surface in surfaces.clients if surface.telling)
        ambiguous = frozenset(s.name for s in surfaces.clients if s.retired and not s.telling)
        self._verdicts = {
            c.id: judge(c, self._names, self._distinctive, wrappers, ambiguous) for c in resolution.clients
        }
        self._several: set[Place] = set()
        self._sources = Sources(modules, secret_values(resolution, modules))
        self._make = Maker(rules, self._sources, target)

    def findings(self) -> tuple[Finding, ...]:
        """Every kind in turn."""
        judged = self._judge_calls()
        self._several = {
            call.place for call in judged if len(frozenset().union(*call.by_context.values())) != 1
        }
        reach = self._reach(judged)
        wrappers = self._wrapper_findings(reach, {call.place for call in judged})
        callers = self._callers(reach)
        return (
            *(self._call_finding(call, callers.get(call.place, 0)) for call in judged),
            *wrappers,
            *self._client_findings(),
            *self._request_findings(),
            *self._auth_findings(),
            *self._secret_findings(),
            *self._literal_findings(),
            *self._import_findings(),
        )

    def open_question(self, call: CallFact) -> str | None:
        """Why a SOAP-like call was not judged, None when it was."""
        verdicts = [(self._clients[p.client], self._verdicts[p.client]) for p in call.performed]
        if any(verdict.other_vendor for _, verdict in verdicts):
            return None
        if any(verdict.confidence is not None for _, verdict in verdicts):
            known = any(p.operation is not None for p in call.performed)
            return None if known else "operation not known"
        made = any(client.library is not None for client, _ in verdicts)
        return "address not known" if made else "client not known"

    # --- calls ------------------------------------------------------------------------------

    def _judge_calls(self) -> list[_Judged]:
        judged = [found for call in self._resolution.calls if (found := self._judge_call(call)) is not None]
        sure = {
            (call.place[0], self._receiver(call.place)): call
            for call in judged
            if call.confidence is Confidence.CERTAIN
        }
        known = {call.place for call in judged if call.confidence is not Confidence.POSSIBLE}
        for fact in self._resolution.calls:
            sibling = sure.get((fact.place[0], self._receiver(fact.place)))
            if fact.place in known or sibling is None or self._is_other_vendor(fact):
                continue
            judged = [call for call in judged if call.place != fact.place]
            judged.append(self._like_sibling(fact, sibling))
        posts = [self._judge_post(post) for post in self._resolution.posts]
        return sorted((*judged, *posts), key=lambda call: call.place)

    def _receiver(self, place: Place) -> str:
        """The source of what the operation is called on."""
        head = self._sources.text(place).partition("(")[0]
        return head.rpartition(".")[0]

    def _judge_call(self, fact: CallFact) -> _Judged | None:
        verdicts = {p.client: self._verdicts[p.client] for p in fact.performed}
        made = {c: v for c, v in verdicts.items() if self._clients[c].library is not None}
        if any(v.other_vendor for v in made.values()) or any(v.confidence for v in made.values()):
            verdicts = made
        good = {c: v for c, v in verdicts.items() if v.confidence is not None}
        if any(v.other_vendor for v in verdicts.values()):
            good = {c: v for c, v in good.items() if v.confidence is Confidence.CERTAIN}
        if not good:
            return None
        routes = dict(fact.routes)
        best = max(
            good, key=lambda c: (_rank(good[c]), len(good[c].steps) + len(routes.get(c, ())), repr(good[c]))
        )
        by_context: dict[int, set[str | None]] = {}
        for performed in fact.performed:
            if performed.client in good:
                by_context.setdefault(performed.context, set()).add(performed.operation)
        verdict = good[best]
        confidence = verdict.confidence or Confidence.POSSIBLE
        operations = {o for found in by_context.values() for o in found}
        if confidence is not Confidence.CERTAIN and not operations & self._names and None not in operations:
            return None
        return _Judged(
            fact.place,
            {context: frozenset(found) for context, found in by_context.items()},
            confidence,
            (*verdict.steps, *routes.get(best, ())),
            self._clients[best].library,
        )

    def _is_other_vendor(self, fact: CallFact) -> bool:
        return any(self._verdicts[p.client].other_vendor for p in fact.performed)

    def _like_sibling(self, fact: CallFact, sibling: _Judged) -> _Judged:
        by_context: dict[int, set[str | None]] = {}
        for performed in fact.performed:
            by_context.setdefault(performed.context, set()).add(performed.operation)
        step = Step(
            f"`{self._receiver(fact.place)}` is a Marketo client in another call of this module",
            self._sources.location(sibling.place),
        )
        return _Judged(
            fact.place,
            {context: frozenset(found) for context, found in by_context.items()},
            Confidence.CERTAIN,
            (*sibling.steps, step),
            sibling.library,
        )

    def _judge_post(self, post: PostFact) -> _Judged:
        strong = [text for text in post.texts if is_strong(text.text)]
        steps = tuple(
            Step("the text that is posted", text.origins[0])
            for text in (strong or list(post.texts))[:3]
            if text.origins
        )
        contexts = {context: frozenset[str | None](names or (None,)) for context, names in post.operations}
        confidence = Confidence.CERTAIN if strong else Confidence.LIKELY
        return _Judged(post.place, contexts, confidence, steps, post.library or "http")

    def _call_finding(self, call: _Judged, callers: int) -> Finding:
        operations = frozenset(o for found in call.by_context.values() for o in found)
        known = sorted(o for o in operations if o in self._names)
        fact = next((c for c in self._resolution.calls if c.place == call.place), None)
        return self._make.call(
            place=call.place,
            operations=tuple(known),
            unknown=tuple(sorted(o for o in operations if o is not None and o not in self._names)),
            confidence=call.confidence,
            steps=call.steps,
            library=call.library,
            request=fact.request if fact is not None else None,
            callers=callers,
        )

    # --- wrappers ---------------------------------------------------------------------------

    def _reach(self, judged: Iterable[_Judged]) -> Reach:
        direct: dict[int, list[Direct]] = {}
        for call in judged:
            if call.confidence is Confidence.POSSIBLE:
                continue
            for context, operations in call.by_context.items():
                direct.setdefault(context, []).append(Direct(call.place, operations, call.confidence))
        return Reach(self._resolution, {context: tuple(found) for context, found in direct.items()})

    def _wrapper_findings(self, reach: Reach, direct: set[Place]) -> list[Finding]:
        by_place: dict[Place, list[int]] = {}
        how: dict[Place, str] = {}
        for edge in self._resolution.edges:
            if edge.how not in ("hook", "decorator") and edge.place not in direct and reach.of(edge.callee):
                by_place.setdefault(edge.place, []).append(edge.callee)
                how.setdefault(edge.place, edge.how)
        return [self._wrapper(place, callees, how[place], reach) for place, callees in by_place.items()]

    def _wrapper(self, place: Place, callees: list[int], how: str, reach: Reach) -> Finding:
        reached = [direct for callee in callees for direct in reach.of(callee)]
        operations = sorted({o for direct in reached for o in direct.operations if o in self._names})
        best = max(reached, key=lambda direct: direct.confidence.rank)
        callee = callees[0] if len(callees) == 1 else min(callees, key=lambda c: self._chain_order(c, reach))
        chain, last = reach.chain(callee)
        context = self._resolution.contexts[callee]
        steps = [
            Step(
                f"calls {context.name}()" if how != "callback" else f"hands over {context.name}()",
                context.location,
            )
        ]
        between = len(chain) - _MOST_STEPS
        shown = chain if between <= 1 else (*chain[:_FIRST_STEPS], *chain[between + _FIRST_STEPS :])
        for number, edge in enumerate(shown):
            cut = between > 1 and number == _FIRST_STEPS
            words = f"which, {between} calls further on, calls" if cut else "which calls"
            name = self._resolution.contexts[edge.callee].name
            steps.append(Step(f"{words} {name}()", self._sources.original(edge.location)))
        if last is not None:
            steps.append(Step("the SOAP call", self._sources.location(last.place)))
        return self._make.wrapper(
            place=place,
            operations=tuple(operations),
            confidence=best.confidence,
            steps=tuple(steps),
            callee=context.name,
            how=how,
            advise=not chain and last is not None and last.place in self._several,
        )

    def _chain_order(self, context: int, reach: Reach) -> tuple[int, Location, str, tuple[Place, ...]]:
        """What makes one chain the better example: short first, then by place."""
        chain, _ = reach.chain(context)
        fact = self._resolution.contexts[context]
        return len(chain), fact.location, fact.name, tuple(edge.place for edge in chain)

    def _callers(self, reach: Reach) -> dict[Place, int]:
        """How many call sites reach each SOAP call."""
        places: dict[Place, set[Place]] = {}
        for edge in self._resolution.edges:
            for direct in reach.of(edge.callee):
                if edge.place != direct.place:
                    places.setdefault(direct.place, set()).add(edge.place)
        return {place: len(found) for place, found in places.items()}

    # --- what surrounds the calls -----------------------------------------------------------

    def _client_findings(self) -> list[Finding]:
        best: dict[Place, int] = {}
        for client in self._resolution.clients:
            if client.made is None or self._verdicts[client.id].confidence is None:
                continue
            other = best.get(client.place)
            if other is None or _rank(self._verdicts[client.id]) > _rank(self._verdicts[other]):
                best[client.place] = client.id
        found = []
        for place, identity in best.items():
            verdict = self._verdicts[identity]
            client = self._clients[identity]
            found.append(
                self._make.piece(
                    Kind.CLIENT,
                    place,
                    verdict.confidence or Confidence.POSSIBLE,
                    verdict.steps,
                    library=client.library,
                )
            )
        return found

    def _best(self, clients: Iterable[int]) -> Verdict | None:
        verdicts = [self._verdicts[c] for c in clients if self._verdicts[c].confidence is not None]
        return max(verdicts, key=_rank) if verdicts else None

    def _request_findings(self) -> list[Finding]:
        found = []
        for request in self._resolution.requests:
            verdict = self._best(request.clients)
            if verdict is None or verdict.confidence is None:
                continue
            library = self._clients[request.clients[0]].library
            kind = Kind.AUTH if request.header else Kind.REQUEST_OBJECT
            found.append(
                self._make.piece(
                    kind,
                    request.place,
                    verdict.confidence,
                    verdict.steps,
                    library=library,
                    detail=request.type,
                )
            )
        return found

    def _auth_findings(self) -> list[Finding]:
        found = []
        for signature in self._resolution.signatures:
            verdict = self._best(signature.clients)
            around = self._sources.surroundings(signature.place)
            if signature.marked or _SERVES[0] in around:
                confidence = Confidence.CERTAIN
            elif verdict is not None and verdict.confidence is not None:
                confidence = verdict.confidence
            elif any(word in around for word in _SERVES):
                confidence = Confidence.LIKELY
            else:
                continue
            found.append(self._make.piece(Kind.AUTH, signature.place, confidence, (), detail="signature"))
        found.extend(
            self._make.piece(Kind.AUTH, place, Confidence.CERTAIN, (), detail="AuthenticationHeader")
            for place in self._resolution.header_dicts
        )
        return found

    def _secret_places(self) -> dict[Place, str]:
        places = dict(self._resolution.secrets) if any(v.confidence for v in self._verdicts.values()) else {}
        for signature in self._resolution.signatures:
            if signature.marked or self._best(signature.clients) is not None:
                places.update(dict.fromkeys(signature.keys, "key of the request signature"))
        return places

    def _secret_findings(self) -> list[Finding]:
        return [
            self._make.piece(Kind.SECRET, place, Confidence.LIKELY, (), detail=what)
            for place, what in self._secret_places().items()
        ]

    def _literal_findings(self) -> list[Finding]:
        elements = frozenset(operation.request_element for operation in self._rules.soap.operations.values())
        found = []
        for path, facts in self._sources.modules.items():
            module_is_marked = is_strong(facts.text)
            for literal in marked_literals(facts, elements):
                if not literal.strong and is_foreign(literal.text):
                    continue
                confidence = Confidence.CERTAIN if literal.strong or module_is_marked else Confidence.LIKELY
                if not literal.live:
                    confidence = Confidence.POSSIBLE
                kind = Kind.ENDPOINT if literal.kind == "endpoint" else Kind.XML
                names = {
                    o.name
                    for o in self._rules.soap.operations.values()
                    if o.request_element in literal.elements
                }
                operation = names.pop() if len(names) == 1 else None
                found.append(self._make.piece(kind, (path, *literal.at), confidence, (), operation=operation))
        return found

    def _import_findings(self) -> list[Finding]:
        retired = {surface.name: surface.modules for surface in self._surfaces.clients if surface.retired}
        found: list[Finding] = []
        for client in self._resolution.clients:
            verdict = self._verdicts[client.id]
            facts = self._sources.modules.get(client.place[0])
            if client.library not in retired or verdict.confidence is None or facts is None:
                continue
            found.extend(
                self._make.piece(
                    Kind.IMPORT,
                    (facts.path, *statement.at),
                    verdict.confidence,
                    verdict.steps,
                    library=client.library,
                    detail=client.library,
                )
                for statement in walk_statements(facts.body)
                if isinstance(statement, f.Import) and _imports(statement, retired[client.library])
            )
        return list({finding.location: finding for finding in found}.values())


def _imports(statement: f.Import, modules: tuple[str, ...]) -> bool:
    if statement.level:
        return False
    names = [statement.module] if statement.module else [item.name for item in statement.names]
    return any(name.partition(".")[0] in modules for name in names)


def _rank(verdict: Verdict) -> int:
    return verdict.confidence.rank if verdict.confidence is not None else 0
