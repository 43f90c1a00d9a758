"""The analysis of a whole program, part by part on all processors, widened to a fixpoint.

Files that nothing connects are analysed apart: what that costs grows with their number alone, and it can
be shared. Each part is planned where it was analysed, so that no syntax tree has to go anywhere.
"""

import gc
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Protocol

from marketo_migrate.analysis import Analyser, Analysis
from marketo_migrate.detect.findings import secret_values
from marketo_migrate.islands import islands
from marketo_migrate.model.finding import FileProblem, Finding, Kind
from marketo_migrate.model.record import record
from marketo_migrate.model.search import NEEDLES
from marketo_migrate.processes import each
from marketo_migrate.rewriting import Planned
from marketo_migrate.sources.candidates import WORTH_A_PROCESS
from marketo_migrate.sources.mentions import Without
from marketo_migrate.widening import Widening

Plan = Callable[[Analysis, tuple[Finding, ...]], Planned]
"""Plans the rewrite of an analysed part, whose findings are given with their state of acceptance."""


class Expect(Protocol):
    """Takes the modules, by path, that planning is likely to ask for; `many`: of very many files.

    `without` are files that are known to hold none of some words.
    """

    def __call__(self, modules: Mapping[str, bytes], without: Without | None, *, many: bool) -> None:
        """Take them."""


_MAX_ROUNDS = 20
_WORTH_A_PROCESS = 12_000
"""From how many bytes of Python on a second process saves more than it costs (see benchmarks/README.md)."""


@record
class Part:
    """What became of files that hang together: `texts` are all modules that were looked at, as analysed.

    `secrets` are values that no output may show; `planned` is None where there is nothing to plan.
    """

    primary: frozenset[str]
    texts: Mapping[str, str]
    findings: tuple[Finding, ...]
    problems: tuple[FileProblem, ...]
    unresolved: Mapping[str, int]
    secrets: frozenset[str]
    planned: Planned | None


@record
class Wanted:
    """What a survey is to do: `everything` takes all Python files, `jobs` is the most processes it may use.

    `accept` gives findings with their state of acceptance; `plan` None means that nothing is planned;
    `expect` is told of modules that planning is likely to ask for, and whether the program has many files.
    """

    jobs: int
    accept: Callable[[tuple[Finding, ...]], tuple[Finding, ...]]
    plan: Plan | None = None
    expect: Expect | None = None
    everything: bool = False


def survey(
    analyser: Analyser,
    python: Collection[str],
    found: Mapping[str, bytes],
    wanted: Wanted,
    known: Sequence[Part] = (),
) -> tuple[Part, ...]:
    """Analyse the files in `found` (all of `python` if `everything` is wanted) and all that use them.

    Python files that use what was found to perform SOAP calls join in, until none is left to join. `known`
    are parts that need no second look as long as they are made up of the same files.
    """
    primary = set(python if wanted.everything else found)
    widening = Widening(python, analyser.data, jobs=wanted.jobs)
    program = analyser.program
    needles = [needle.encode() for needle in NEEDLES]
    telling = {path for path, data in found.items() if any(needle in data for needle in needles)}
    if telling and not wanted.everything:
        primary |= widening.users(primary, program)
    groups = islands(primary, analyser.data, program)
    if wanted.expect is not None:
        expected = {path for group in groups if not telling.isdisjoint(group) for path in group}
        wanted.expect(
            {p: analyser.data(p) for p in expected}, widening.without, many=len(python) >= WORTH_A_PROCESS
        )
    parts = {part.primary: part for part in known}
    current: tuple[Part, ...] = ()
    with _few_collections():
        for _ in range(_MAX_ROUNDS):
            current = _analysed(groups, parts, analyser, wanted)
            findings = tuple(finding for part in current for finding in part.findings)
            more = widening.more(findings, primary, program)
            if wanted.everything or not more:
                break
            primary |= more
            groups = islands(primary, analyser.data, program)
    return current


def _analysed(
    groups: Sequence[frozenset[str]],
    parts: dict[frozenset[str], Part],
    analyser: Analyser,
    wanted: Wanted,
) -> tuple[Part, ...]:
    """The parts of groups of files; groups that turn out to be connected become one."""
    while True:
        missing = [group for group in groups if group not in parts]
        sizes = {group: sum(len(analyser.data(path)) for path in group) for group in missing}
        missing.sort(key=lambda group: -sizes[group])
        jobs = wanted.jobs if sum(sizes.values()) >= _WORTH_A_PROCESS else 1
        done = each(missing, lambda group: _part(group, analyser, wanted), jobs=jobs)
        parts.update(zip(missing, done, strict=True))
        merged = _connected([parts[group] for group in groups])
        if len(merged) == len(groups):
            return tuple(parts[group] for group in groups)
        groups = merged


def _connected(parts: Sequence[Part]) -> tuple[frozenset[str], ...]:
    """The primary files of parts, of those that looked at the same module together."""
    groups: list[tuple[set[str], set[str]]] = []
    home: dict[str, int] = {}
    for part in parts:
        others = {home[path] for path in part.texts if path in home}
        primary, seen = set(part.primary), set(part.texts)
        for other in others:
            primary |= groups[other][0]
            seen |= groups[other][1]
            groups[other] = (set(), set())
        home.update(dict.fromkeys(seen, len(groups)))
        groups.append((primary, seen))
    return tuple(frozenset(primary) for primary, _ in groups if primary)


def _part(primary: frozenset[str], analyser: Analyser, wanted: Wanted) -> Part:
    analysis = analyser.analyse(primary)
    planned = None
    if wanted.plan is not None and any(finding.kind is Kind.CALL for finding in analysis.findings):
        planned = wanted.plan(analysis, wanted.accept(analysis.findings))
    return Part(
        primary,
        {path: facts.text for path, facts in analysis.modules.items()},
        analysis.findings,
        analysis.problems,
        analysis.unresolved,
        secret_values(analysis.resolution, analysis.modules),
        planned,
    )


@contextmanager
def _few_collections() -> Iterator[None]:
    """Let the collector run seldom: nearly all that is made here stays, so it would look in vain."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
