"""Results of any number of repositories added up: the figures of a migration plan.

Memory grows with the names that are counted (methods, directories, owners, projects), the suppressions and
the problems, not with the findings.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from marketo_migrate.model.finding import FileProblem, Finding, Kind, ScanResult
from marketo_migrate.model.record import record
from marketo_migrate.model.suppression import Suppression
from marketo_migrate.report.effort import Minutes, Way, effort_of, way_of

UNOWNED = "no owner"


@record
class Project:
    """The result of one repository; `name` is empty where there is only one."""

    name: str
    result: ScanResult


Projects = Callable[[], Iterable[Project]]
"""Gives the same projects in the same order each time, one at a time."""


@record
class Group:
    """What is open under one name: findings by way, calls, and the effort for all."""

    name: str
    ways: Mapping[Way, int]
    calls: int
    effort: Minutes

    @property
    def count(self) -> int:
        """How many findings."""
        return sum(self.ways.values())


Earlier = Mapping[str, frozenset[str]]
"""The fingerprints of the findings that were open before, by project."""


@record
class Progress:
    """What became of the findings of earlier results: gone, still open, and new since then.

    `missing` are projects that had a result then and have none now; their findings are not counted.
    """

    gone: int
    left: int
    new: int
    missing: tuple[str, ...]


@record
class Plan:
    """The figures of a plan; groups are sorted by count, the largest first, ways from the least work.

    Findings without a method or a client are in none of those groups; `by_owner` is empty where nobody
    owns anything.
    """

    projects: int
    clean_projects: int
    files: int
    files_with_findings: int
    total: Group
    calls: Group
    by_method: tuple[Group, ...]
    by_client: tuple[Group, ...]
    by_directory: tuple[Group, ...]
    by_owner: tuple[Group, ...]
    by_project: tuple[Group, ...]
    by_kind: tuple[Group, ...]
    by_way: tuple[Group, ...]
    in_loops: int
    suppressed: int
    hidden: int
    suppressions: tuple[tuple[str, Suppression], ...]
    problems: tuple[tuple[str, FileProblem], ...]
    progress: Progress | None = None


def fingerprints(result: ScanResult) -> frozenset[str]:
    """Those of the open findings of a result."""
    return frozenset(finding.fingerprint for finding in result.findings if not finding.suppressed)


def add_up(projects: Iterable[Project], earlier: Earlier | None = None) -> Plan:
    """The plan for all projects, which are looked at once and not kept; progress is since `earlier`."""
    sums = _Sums(earlier)
    for project in projects:
        sums.add(project)
    return sums.plan()


def directory_of(project: str, path: str) -> str:
    """The directory that a finding counts for, below its project where there is one."""
    parts = [*([project] if project else []), *path.split("/")[:-1]]
    return "/".join(parts) or "."


class _Sums:
    """Counters while projects are added."""

    def __init__(self, earlier: Earlier | None) -> None:
        self.earlier = earlier
        self.seen: set[str] = set()
        self.gone = self.left = self.new = 0
        self.projects = self.clean = self.files = self.files_with = self.loops = 0
        self.suppressed = self.hidden = 0
        self.total = _Tally()
        self.calls = _Tally()
        self.groups: dict[str, dict[str, _Tally]] = {
            name: {} for name in ("method", "client", "directory", "owner", "project", "kind", "way")
        }
        self.suppressions: list[tuple[str, Suppression]] = []
        self.problems: list[tuple[str, FileProblem]] = []

    def add(self, project: Project) -> None:
        result = project.result
        self.projects += 1
        self.files += result.statistics.get("files", 0)
        self.hidden += result.statistics.get("hidden", 0)
        counted = [finding for finding in result.findings if not finding.suppressed]
        self.clean += not counted and not result.problems
        self.suppressed += len(result.findings) - len(counted)
        self.files_with += len({finding.location.path for finding in counted})
        self.problems += [
            (project.name, problem) for problem in sorted(set(result.problems), key=_problem_key)
        ]
        if self.earlier is not None:
            now, before = fingerprints(result), self.earlier.get(project.name, frozenset())
            self.seen.add(project.name)
            self.gone += len(before - now)
            self.left += len(before & now)
            self.new += len(now - before)
        self.suppressions += [(project.name, suppression) for suppression in result.suppressions]
        for finding in counted:
            self._count(project.name, finding)

    def plan(self) -> Plan:
        groups = {key: _sorted(tallies) for key, tallies in self.groups.items()}
        ways = {group.name: group for group in groups["way"]}
        return Plan(
            self.projects,
            self.clean,
            self.files,
            self.files_with,
            self.total.group(""),
            self.calls.group(""),
            groups["method"],
            groups["client"],
            groups["directory"],
            groups["owner"] if any(group.name != UNOWNED for group in groups["owner"]) else (),
            groups["project"],
            groups["kind"],
            tuple(ways[way] for way in Way if way in ways),
            self.loops,
            self.suppressed,
            self.hidden,
            tuple(self.suppressions),
            tuple(self.problems),
            self._progress(),
        )

    def _progress(self) -> Progress | None:
        if self.earlier is None:
            return None
        return Progress(self.gone, self.left, self.new, tuple(sorted(self.earlier.keys() - self.seen)))

    def _count(self, project: str, finding: Finding) -> None:
        way, effort = way_of(finding), effort_of(finding)
        is_call = finding.kind is Kind.CALL
        keys = [
            *([("method", finding.operation)] if finding.operation else []),
            *([("client", finding.client)] if finding.client else []),
            ("directory", directory_of(project, finding.location.path)),
            ("project", project),
            ("kind", finding.kind.value),
            ("way", way.value),
            *(("owner", owner) for owner in finding.owners or (UNOWNED,)),
        ]
        tallies = [self.total, *(self.groups[kind].setdefault(name, _Tally()) for kind, name in keys)]
        if is_call:
            tallies.append(self.calls)
        for tally in tallies:
            tally.add(way, effort, is_call)
        self.loops += finding.in_loop


class _Tally:
    """A group while it grows."""

    __slots__ = ("calls", "high", "low", "ways")

    def __init__(self) -> None:
        self.ways: Counter[Way] = Counter()
        self.calls = self.low = self.high = 0

    def add(self, way: Way, effort: Minutes, is_call: bool) -> None:
        self.ways[way] += 1
        self.calls += is_call
        self.low += effort.low
        self.high += effort.high

    def group(self, name: str) -> Group:
        return Group(name, {way: self.ways[way] for way in Way}, self.calls, Minutes(self.low, self.high))


def _sorted(tallies: Mapping[str, _Tally]) -> tuple[Group, ...]:
    groups = [tally.group(name) for name, tally in tallies.items()]
    return tuple(sorted(groups, key=lambda group: (-group.count, group.name)))


def _problem_key(problem: FileProblem) -> tuple[str, int, str]:
    return (problem.path, problem.line or 0, problem.message)
