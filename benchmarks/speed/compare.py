"""Measures this program beside its peers on code from PyPI; prints ratios, and writes them as JSON and SVG.

In: pinned packages, fetched once into a cache directory outside the repository, and generated files that use
Marketo's SOAP API. Out: a table of cases with their goals; exit status 1 when a goal is missed.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "precision")]

import fetch_and_scan
import peers
from measure import Runs, alternate
from picture import draw
from planted import services

REPOSITORY = HERE.parents[1]
PACKAGES = (
    "django", "sqlalchemy", "sympy", "pandas", "apache-airflow-core", "apache-airflow-providers-google",
    "homeassistant",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison: `ratio` is ours by theirs in `unit`, `goal` the most it may be (None: no goal).

    `processor` is the same ratio by processor time, which says more where other work shares the machine.
    """

    case: str
    against: str
    ours: float
    theirs: float
    unit: str
    goal: float | None
    processor: float | None = None

    @property
    def ratio(self) -> float:
        return self.ours / self.theirs if self.theirs else float("inf")

    @property
    def missed(self) -> bool:
        return self.goal is not None and self.ratio > self.goal


@dataclass(frozen=True, slots=True)
class Place:
    """Where things are: the corpus, the corpus with planted files, a scratch directory, our command."""

    corpus: Path
    planted: Path
    scratch: Path
    ours: list[str]
    tools: dict[str, Path]
    rounds: int
    candidates: int


def main() -> int:
    """Fetch, plant, measure, print."""
    options = _options()
    cache: Path = options.cache
    corpus = _corpus(cache)
    with tempfile.TemporaryDirectory(dir=cache, prefix="run-") as scratch:
        place = Place(
            corpus,
            _planted(corpus, cache),
            Path(scratch),
            options.command,
            {} if options.no_peers else peers.install(cache),
            options.rounds,
            options.candidates,
        )
        rows = []
        for name, case in CASES.items():
            if not options.only or name in options.only:
                for row in case(place):
                    print(_line(row), flush=True)
                    rows.append(row)
    missed = any(row.missed for row in rows)
    if options.json:
        rows = _with_earlier(options.json, rows)
        numbers = [asdict(row) | {"ratio": round(row.ratio, 3), "missed": row.missed} for row in rows]
        options.json.write_text(json.dumps(numbers, indent=2) + "\n", encoding="utf-8")
    if options.picture:
        options.picture.write_text(
            draw([(r.case, r.against, r.ratio, r.goal) for r in rows]), encoding="utf-8"
        )
    return 1 if missed else 0


def _with_earlier(path: Path, rows: list[Row]) -> list[Row]:
    """The rows of earlier runs in a file, but for those that were measured anew, and these."""
    if not path.exists():
        return rows
    new = {(row.case, row.against) for row in rows}
    names = [field.name for field in fields(Row)]
    before = [Row(*(entry[name] for name in names)) for entry in json.loads(path.read_text(encoding="utf-8"))]
    return [*(row for row in before if (row.case, row.against) not in new), *rows]


def clean(place: Place) -> Iterator[Row]:
    """The corpus as it is."""
    target = str(place.corpus)
    commands = {"ours": [*place.ours, "scan", target], "byte loop": _python("byte_loop.py", target)}
    runs = _run(place, commands | _searches(place, target, rules=1), place.rounds)
    yield from _rows("scan, nothing to find", runs, {"byte loop": 2.0, "ruff": 1 / 4, "semgrep": 1 / 20})
    yield Row("scan, nothing to find: memory", "200 MB", runs["ours"].memory, 200, "MB", 1.0)


def planted(place: Place) -> Iterator[Row]:
    """The corpus with 40 files that call the SOAP API."""
    target = str(place.planted)
    commands = {"ours": [*place.ours, "scan", target]}
    commands |= _searches(place, target, rules=25)
    if "ast-grep" in place.tools:
        rules = peers.ast_grep_rules(place.scratch)
        commands["ast-grep"] = [str(place.tools["ast-grep"] / "ast-grep"), "scan", "-r", str(rules), target]
    runs = _run(place, commands, place.rounds)
    yield from _rows("scan, 40 planted files", runs, {"ruff": 1.0, "semgrep": 1 / 10, "ast-grep": 1.0})


def start(place: Place) -> Iterator[Row]:
    """Small commands and directories, beside an interpreter that does nothing."""
    clean_file, hit = place.scratch / "clean", place.scratch / "hit"
    clean_file.mkdir()
    (clean_file / "module.py").write_text("def find(rows):\n    return rows[0]\n", encoding="utf-8")
    _write(hit, 1, files=3, ordinary=0)
    commands = {
        "python": [sys.executable, "-c", "pass"],
        "clean": [*place.ours, "scan", str(clean_file)],
        "hit": [*place.ours, "scan", str(hit)],
        "--version": [*place.ours, "--version"],
        "--help": [*place.ours, "--help"],
    }
    runs = _run(place, commands, max(place.rounds, 5))
    python = runs["python"]
    for name, goal in (("clean", 4.0), ("hit", 1.0 / 0.018), ("--version", 120 / 18), ("--help", 250 / 18)):
        label = {"clean": "scan of one small file", "hit": "scan of one service"}.get(name, name)
        yield Row(label, "python -c pass", runs[name].processor, python.processor, "CPU s", goal)


def growth(place: Place) -> Iterator[Row]:
    """Ten times the files cost at most eleven times as much."""
    large = place.scratch / "large"
    for copy in range(10):
        shutil.copytree(place.corpus, large / str(copy), copy_function=os.link)
    small_mono, large_mono = place.scratch / "mono-small", place.scratch / "mono-large"
    _write(small_mono, 8)
    _write(large_mono, 80)
    commands = {
        name: [*place.ours, "scan", str(path)]
        for name, path in {
            "clean": place.corpus, "clean x 10": large, "soap": small_mono, "soap x 10": large_mono
        }.items()
    }  # fmt: skip
    runs = _run(place, commands, 1)
    shutil.rmtree(large)
    for name in ("clean", "soap"):
        yield Row(
            f"growth, {name} files",
            "a tenth",
            runs[f"{name} x 10"].processor,
            runs[name].processor,
            "CPU s",
            11.0,
        )


def candidates(place: Place) -> Iterator[Row]:
    """A repository that is all SOAP, beside LibCST's parse and one visit of the same files, by two processors."""
    tree = place.scratch / "soap"
    _write(tree, place.candidates // 5)
    commands = {
        "ours": [*place.ours, "scan", str(tree)],
        "LibCST": _python("libcst_visit.py", str(tree)),
    }
    runs = _run(place, commands, 1)
    # Both processors of the one against one of the other: by processor time that is the whole of it.
    yield Row(
        f"scan, {place.candidates} SOAP files", "LibCST, half", runs["ours"].seconds, runs["LibCST"].seconds / 2,
        "s", 1.15, runs["ours"].processor / runs["LibCST"].processor,
    )  # fmt: skip
    yield Row(f"scan, {place.candidates} SOAP files: memory", "1 GB", runs["ours"].memory, 1000, "MB", None)


def gate(place: Place) -> Iterator[Row]:
    """`gate --base` with one changed file, beside the scan of the same repository."""
    tree = place.scratch / "repository"
    shutil.copytree(place.planted, tree)
    git = [
        "git",
        "-c",
        "user.name=bench",
        "-c",
        "user.email=bench@example.org",
        "-c",
        "gc.auto=0",
        "-C",
        str(tree),
    ]
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "base"]):
        subprocess.run([*git, *arguments], check=True)
    job = next(tree.rglob("job.py"))
    job.write_text(
        job.read_text(encoding="utf-8") + "\n\ndef twice(email):\n    return one(email), one(email)\n"
    )
    subprocess.run([*git, "commit", "-qam", "change"], check=True)
    commands = {
        "gate": [*place.ours, "gate", "--base", "HEAD~1", str(tree)],
        "scan": [*place.ours, "scan", str(tree)],
    }
    runs = _run(place, commands, place.rounds, cwd=tree)
    yield Row(
        "gate --base, one changed file", "scan", runs["gate"].processor, runs["scan"].processor, "CPU s", 1.5
    )


def fix(place: Place) -> Iterator[Row]:
    """`fix` of the planted files, beside semgrep's autofix and a codemod by LibCST's own command.

    Each works on files of its own; the others write the same bytes again in every round, ours shows them.
    """
    trees = {name: place.scratch / f"fix-{name}" for name in ("ours", "semgrep", "codemod")}
    for tree in trees.values():
        _write(tree, 8)
    (trees["codemod"] / ".libcst.codemod.yaml").write_text("modules: [codemod]\n", encoding="utf-8")
    (trees["codemod"] / "codemod.py").write_text(HERE.joinpath("codemod.py").read_text(encoding="utf-8"))
    tool = [sys.executable, "-m", "libcst.tool", "codemod", "-j", "2", "codemod.RenameCalls"]
    packages = sorted(path.name for path in trees["codemod"].iterdir() if path.is_dir())
    inside = ["env", "-C", str(trees["codemod"]), "PYTHONPATH=."]
    commands = {
        "ours": [*place.ours, "fix", "--diff", str(trees["ours"])],
        "LibCST codemod": [*inside, *tool, *packages],
    }
    if "semgrep" in place.tools:
        semgrep = _semgrep(place, str(trees["semgrep"]), 25, fix="$CLIENT.rest()")
        commands["semgrep autofix"] = [*semgrep, "--autofix", "--dryrun"]
    runs = _run(place, commands, place.rounds)
    yield from _rows("fix, 40 files", runs, {"semgrep autofix": 0.5, "LibCST codemod": 0.5})


CASES: dict[str, Callable[[Place], Iterator[Row]]] = {
    "clean": clean,
    "planted": planted,
    "start": start,
    "growth": growth,
    "candidates": candidates,
    "gate": gate,
    "fix": fix,
}


def _searches(place: Place, target: str, *, rules: int) -> dict[str, list[str]]:
    commands = {}
    if "ripgrep" in place.tools:
        pattern = "mktows|" + "|".join(peers.OPERATIONS)
        commands["ripgrep"] = [str(place.tools["ripgrep"] / "rg"), "-l", pattern, target]
    if "ruff" in place.tools:
        ruff = str(place.tools["ruff"] / "ruff")
        commands["ruff"] = [ruff, "check", "--no-cache", "--isolated", "--exit-zero", "--select=S113", target]
    if "semgrep" in place.tools:
        commands["semgrep"] = _semgrep(place, target, rules)
    return commands


def _semgrep(place: Place, target: str, rules: int, *, fix: str | None = None) -> list[str]:
    config = peers.semgrep_rules(place.scratch, rules, fix)
    semgrep = str(place.tools["semgrep"] / "semgrep")
    return [
        semgrep,
        "scan",
        "--metrics=off",
        "--disable-version-check",
        "--quiet",
        f"--config={config}",
        target,
    ]


def _run(
    place: Place, commands: dict[str, list[str]], rounds: int, cwd: Path | None = None
) -> dict[str, Runs]:
    runs = alternate(commands, rounds=rounds, cwd=cwd or place.scratch)
    for name, run in runs.items():
        if any(status not in (0, 1) for status in run.statuses):
            print(f"{name}: exit status {sorted(run.statuses)}", file=sys.stderr)
    return runs


def _rows(case: str, runs: dict[str, Runs], goals: dict[str, float]) -> Iterator[Row]:
    for name, run in runs.items():
        if name != "ours":
            processor = runs["ours"].processor / run.processor
            yield Row(case, name, runs["ours"].seconds, run.seconds, "s", goals.get(name), processor)


def _corpus(cache: Path) -> Path:
    """The Python files of the pinned packages and of this interpreter's library, made once."""
    corpus = cache / "speed-corpus"
    if not (corpus / "made").exists():
        shutil.rmtree(corpus, ignore_errors=True)
        data = tomllib.loads((HERE.parent / "precision" / "packages.toml").read_text(encoding="utf-8"))
        packages = [
            fetch_and_scan.Package(name, entry["version"], entry["sha256"], wheel=True)
            for name, entry in data["wheels"].items()
            if name in PACKAGES
        ]
        missing = fetch_and_scan.fetch(packages, cache, data["target"])
        if missing:
            raise SystemExit("\n".join(f"{name}: {why}" for name, why in missing.items()))
        for package in packages:
            _copy_python(cache / package.directory, corpus / package.directory)
        _copy_python(Path(sysconfig.get_path("stdlib")), corpus / "cpython")
        (corpus / "made").touch()
    return corpus


def _copy_python(source: Path, target: Path) -> None:
    for path in sorted(source.rglob("*.py")):
        if "site-packages" not in path.parts and path.is_file():
            place = target / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)


def _planted(corpus: Path, cache: Path) -> Path:
    tree = cache / "speed-planted"
    if not (tree / "made").exists():
        shutil.rmtree(tree, ignore_errors=True)
        shutil.copytree(corpus, tree)
        _write(tree / "crm", 8)
    return tree


def _write(directory: Path, count: int, *, files: int = 5, ordinary: int = 3) -> None:
    for file in services(count, ordinary=ordinary):
        path = directory / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        (path.parent / "__init__.py").touch()
        if len(list(path.parent.iterdir())) <= files + 1:
            path.write_text(file.text, encoding="utf-8")


def _python(script: str, *arguments: str) -> list[str]:
    return [sys.executable, str(HERE / script), *arguments]


def _line(row: Row) -> str:
    goal = "" if row.goal is None else f"{'MISSED' if row.missed else 'ok':>7} (goal {row.goal:.2f})"
    return (
        f"{row.case:<34} {row.ours:>8.2f} : {row.theirs:>8.2f} {row.unit:<5} "
        f"against {row.against:<15} {row.ratio:>7.2f}"
        + (f" (by processor time {row.processor:.2f})" if row.processor is not None else "")
        + goal
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "marketo-migrate-benchmarks")
    parser.add_argument("--only", nargs="+", choices=[*CASES], default=[], help="these cases alone")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each command; the median counts")
    parser.add_argument("--candidates", type=int, default=5_000, help="files of the case `candidates`")
    parser.add_argument("--no-peers", action="store_true", help="install and run no other tools")
    parser.add_argument("--json", type=Path, help="write the rows to this file")
    parser.add_argument("--picture", type=Path, help="write a picture (SVG) to this file")
    parser.add_argument(
        "--command", nargs="+", default=[str(Path(sys.executable).with_name("marketo-migrate"))],
        help="our command; default: beside this interpreter",
    )  # fmt: skip
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    return options


if __name__ == "__main__":
    sys.exit(main())
