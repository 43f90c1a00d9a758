"""The `report` command: a scan, or any number of results of scans, as one plan for people.

Results are read one at a time and twice: once for the figures, once for the findings. So the memory that is
needed depends on the largest of them, not on their number.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import assert_never

from marketo_migrate import __version__
from marketo_migrate.cli.formats import ReportFormat
from marketo_migrate.cli.output import check_output, print_pieces, write_pieces
from marketo_migrate.cli.scan import ScanOptions, perform_scan
from marketo_migrate.errors import UsageError
from marketo_migrate.model.record import record
from marketo_migrate.report.plan import Earlier, Plan, Project, Projects, add_up, fingerprints


@record(kw_only=True)
class ReportOptions:
    """What the command line of `report` says; `scan` is how paths that are no results are scanned."""

    format: ReportFormat
    output: Path | None
    scan: ScanOptions
    since: tuple[Path, ...] = ()


def run_report(options: ReportOptions) -> int:
    """Write the plan; gives 0, for a plan judges nothing."""
    check_output(options.output)
    results = _results(options.scan.paths)
    earlier = _earlier(options.since)
    if results:
        named = name_projects(results)
        plan = _add_up(named, earlier)
        pieces = _render(lambda: _read_all(named), plan, options.format)
    else:
        result, _ = perform_scan(options.scan)
        project = Project("", result)
        pieces = _render(lambda: (project,), add_up((project,), earlier), options.format)
    if options.output is None:
        print_pieces(pieces)
    else:
        write_pieces(options.output, pieces)
    return 0


def _results(paths: Sequence[Path]) -> list[Path]:
    """The paths if they are results of scans; raises `UsageError` where only some are."""
    results = [path for path in paths if _is_result(path)]
    if results and len(results) < len(paths):
        others = ", ".join(str(path) for path in paths if not _is_result(path))
        raise UsageError(
            f"results of scans (*.json) and paths to scan are different things, give one of them: {others}"
        )
    return results


def _is_result(path: Path) -> bool:
    return path.suffix == ".json" and not path.is_dir()


def name_projects(paths: Sequence[Path]) -> list[tuple[Path, str]]:
    """Each result file once with the name of its repository, sorted by name.

    The name is what tells the paths apart: `a/marketo.json` and `b/marketo.json` are `a` and `b`,
    `results/crm.json` is `crm`. A single file has the empty name.
    """
    unique = list({path.absolute(): path for path in paths}.values())
    if len(unique) == 1:
        return [(unique[0], "")]
    parts = {path: path.absolute().with_suffix("").parts for path in unique}
    shared = 0
    while len({names[-1 - shared] for names in parts.values() if len(names) > shared}) == 1:
        shared += 1
    kept = {path: names[: len(names) - shared] for path, names in parts.items()}
    depths = dict.fromkeys(unique, 1)
    while True:
        named = {path: "/".join(kept[path][-depth:]) for path, depth in depths.items()}
        counts: dict[str, int] = {}
        for name in named.values():
            counts[name] = counts.get(name, 0) + 1
        twice = [path for path in unique if counts[named[path]] > 1]
        if not twice:
            return sorted(((path, name) for path, name in named.items()), key=lambda item: (item[1], item[0]))
        for path in twice:
            depths[path] += 1


def _earlier(paths: Sequence[Path]) -> Earlier | None:
    """What was open in earlier results, None without any."""
    if not paths:
        return None
    problems: list[str] = []
    earlier = {
        project.name: fingerprints(project.result) for project in _readable(name_projects(paths), problems)
    }
    if problems:
        raise UsageError("\n".join(problems))
    return earlier


def _add_up(named: Sequence[tuple[Path, str]], earlier: Earlier | None) -> Plan:
    """The figures of all results; those that are wrong are told together, before anything is written."""
    problems: list[str] = []
    plan = add_up(_readable(named, problems), earlier)
    if problems:
        raise UsageError("\n".join(problems))
    return plan


def _readable(named: Sequence[tuple[Path, str]], problems: list[str]) -> Iterator[Project]:
    """The projects one after the other; what is wrong with the others is put to the `problems`."""
    for path, name in named:
        try:
            yield _read(path, name)
        except UsageError as error:
            problems.append(str(error))


def _read_all(named: Sequence[tuple[Path, str]]) -> Iterator[Project]:
    for path, name in named:
        yield _read(path, name)


def _read(path: Path, name: str) -> Project:
    from marketo_migrate.report.json_reading import NotAResultError, read_result

    try:
        return Project(name, read_result(path.read_bytes()))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror or error}") from error
    except NotAResultError as error:
        raise UsageError(f"{path}:{error}") from error


def _render(projects: Projects, plan: Plan, output_format: ReportFormat) -> Iterator[str]:
    match output_format:
        case ReportFormat.HTML:
            from marketo_migrate.report.html import page

            return page.render(projects, plan, version=__version__)
        case ReportFormat.MARKDOWN:
            from marketo_migrate.report import plan_markdown

            return plan_markdown.render(projects, plan)
        case _:
            assert_never(output_format)
