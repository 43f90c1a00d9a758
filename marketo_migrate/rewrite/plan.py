"""Plans the rewrite of migration units: tries one at a time, or several together, over the same modules."""

import copy
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

from marketo_migrate.model.flow import Called
from marketo_migrate.model.resolution import CallFact, Resolution
from marketo_migrate.model.rules import Ruleset
from marketo_migrate.rewrite.attempt import Attempt, Stopped
from marketo_migrate.rewrite.clients import accounts_of, all_tell_account
from marketo_migrate.rewrite.concern import Concerns
from marketo_migrate.rewrite.credential_names import CredentialPlan
from marketo_migrate.rewrite.credentials import users_of
from marketo_migrate.rewrite.names import FieldNames
from marketo_migrate.rewrite.program import Program
from marketo_migrate.rewrite.refusal import Unconvertible
from marketo_migrate.rewrite.source import EditConflictError
from marketo_migrate.rewrite.units import Options, Others, Unit, UnitPlan, joined
from marketo_migrate.rewrite.verify import doubts

if TYPE_CHECKING:
    from marketo_migrate.rewrite.reads import Reads


class Planner:
    """Plans units one after the other over the same modules."""

    def __init__(
        self,
        texts: Mapping[str, str],
        resolution: Resolution,
        rules: Ruleset,
        names: FieldNames,
        options: Options,
        elsewhere: Callable[[str, str], bool],
        files: Collection[str] = (),
        marketo: frozenset[int] = frozenset(),
    ) -> None:
        """`marketo` are the clients of all units."""
        self._program = Program(texts, resolution.flows)
        self._edges = resolution.edges
        self._marketo = marketo
        self._others = frozenset(c.id for c in resolution.clients if c.made is not None) - marketo
        self._accounts = accounts_of(resolution.clients)
        if len(self._accounts) < 2 and not all_tell_account(resolution.clients):
            users = users_of(self._program)
            self._accounts = users if len(users) > 1 else self._accounts
        self._concerns = Concerns(self._program)
        self._readings: dict[str, Reads] = {}
        self._files = files
        self._elsewhere = elsewhere
        self._rules = rules
        self._names = names
        self._options = options
        self._operations = {rule.name: rule for rule in rules.operations}

    @property
    def program(self) -> Program:
        """The modules, with all that the analysis knows of them."""
        return self._program

    def plan(self, units: tuple[Unit, ...]) -> UnitPlan:
        """The plan for units that are rewritten together; an empty plan with reasons where that cannot be.

        Where only some calls can be rewritten, they move to a REST client beside the SOAP one.
        """
        whole = joined(units)
        staying = {call.place: self._options.staying.get(call.place) for call in whole.calls}
        held = {place: reason for place, reason in staying.items() if reason is not None}
        result = UnitPlan(whole, reasons=held) if held else self._try(whole, whole.calls, partial=False)
        if result.texts or len(whole.calls) < 2:
            return result
        calls = tuple(call for call in whole.calls if call.place not in result.reasons)
        while calls and len(calls) < len(whole.calls):
            some = self._try(whole, calls, partial=True)
            if some.texts:
                some.reasons = {p: r for p, r in result.reasons.items() if p not in some.tiers} | some.reasons
                return some
            left = tuple(call for call in calls if call.place not in some.reasons)
            if len(left) == len(calls):
                break
            result.reasons = {**some.reasons, **result.reasons}
            calls = left
        for call in whole.calls:
            result.reasons.setdefault(call.place, "another use of the same client cannot be rewritten")
        return result

    def _try(self, whole: Unit, calls: tuple[CallFact, ...], *, partial: bool) -> UnitPlan:
        """A first try; another one where that shows which settings served the SOAP client only.

        Answers that leave the code that can be followed keep SOAP's form then, where that is allowed.
        """
        result, credentials = self._attempt(whole, calls, CredentialPlan(), partial=partial)
        soap_forms = frozenset[Called]()
        if self._options.unsafe and result.escaping:
            other, found = result, credentials
            while other.escaping - soap_forms and not other.texts:
                soap_forms |= other.escaping
                other, found = self._attempt(
                    whole, calls, CredentialPlan(), partial=partial, soap_forms=soap_forms
                )
            if other.texts:
                result, credentials = other, found
        if not result.texts or not (credentials.arguments or len(self._accounts) > 1):
            return result
        credentials.final = True
        better, _ = self._attempt(whole, calls, credentials, partial=partial, soap_forms=soap_forms)
        if len(self._accounts) > 1:
            return better
        return better if better.texts and not doubts(self.texts, better.texts) else result

    def _attempt(
        self,
        whole: Unit,
        calls: tuple[CallFact, ...],
        credentials: CredentialPlan,
        *,
        partial: bool,
        soap_forms: frozenset[Called] = frozenset(),
    ) -> tuple[UnitPlan, CredentialPlan]:
        """One try, with credentials found before, and the credentials that it finds.

        `soap_forms` are calls whose answers keep SOAP's form.
        """
        result = UnitPlan(whole)
        found = CredentialPlan()
        try:
            found = Attempt(
                self._program.part(self.modules_of(whole)),
                self._rules,
                self._names,
                self._options,
                whole,
                result,
                self._elsewhere,
                self._readings,
                self._edges,
                calls if partial else None,
                self._files,
                credentials,
                soap_forms,
                self._accounts,
                Others(self._others, self._marketo - {client.id for client in whole.clients}),
            ).run()
        except Stopped:
            result.texts = {}
        except Unconvertible as problem:
            result.texts, result.new_files = {}, {}
            for call in calls:
                result.reasons.setdefault(call.place, problem.sentence())
        except RecursionError:
            result.texts, result.new_files = {}, {}
            for call in calls:
                result.reasons.setdefault(
                    call.place, "the code around the call is nested too deeply to be rewritten"
                )
        except EditConflictError as problem:
            result.texts, result.new_files = {}, {}
            for call in calls:
                result.reasons.setdefault(call.place, f"the edits do not fit together: {problem}")
        if not result.texts and not result.reasons:
            for call in calls:
                result.reasons[call.place] = "the rewrite changes nothing"
        return result, found

    def with_options(self, options: Options) -> "Planner":
        """The same program, planned with other options."""
        other = copy.copy(self)
        other._options = options
        return other

    @property
    def texts(self) -> dict[str, str]:
        """The texts of all modules that this Python can parse."""
        return {path: source.text for path, source in self._program.everything.items()}

    def modules_of(self, unit: Unit) -> frozenset[str]:
        """The modules a unit concerns."""
        return self._concerns.of((client.id for client in unit.clients), (call.place for call in unit.calls))
