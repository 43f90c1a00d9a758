"""Scans published packages that have nothing to do with Marketo's SOAP API; every finding is a false alarm.

In: the packages of `packages.toml`, fetched once with pip into a cache directory outside the repository.
Out: files, findings, time and memory by package; exit status 1 when a package that is no control has a
finding, or a control has none, 2 when something could not be fetched or scanned.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
import venv
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
GOAL = 20_000
"""Python files a full run must have seen for its silence to say something."""

# The interpreter pip resolves for starts only as pip: unpacked sources cannot run anything with it.
_ONLY_PIP = """\
import os, sys
if not any("pip" in os.path.basename(argument) for argument in sys.orig_argv[1:2]):
    os._exit(97)
"""
_RANKS = {"certain": 0, "likely": 1, "possible": 2}


class FetchError(Exception):
    """A package that pip did not deliver, with the end of what pip said."""


@dataclass(frozen=True, slots=True)
class Package:
    """A file of the package index: its project, version and hash."""

    name: str
    version: str
    sha256: str
    wheel: bool

    @property
    def directory(self) -> str:
        """Where it is unpacked below the cache."""
        return f"{self.name}-{self.version}"

    @property
    def requirement(self) -> str:
        """The line of a requirements file that only this very file fulfils."""
        return f"{self.name}=={self.version} --hash=sha256:{self.sha256}\n"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The scan of one directory: seconds of wall time, peak memory in MB, what was found."""

    name: str
    status: int
    files: int
    seconds: float
    memory: float
    findings: tuple[dict[str, object], ...]
    problems: tuple[dict[str, object], ...]
    statistics: dict[str, int]
    error: str


def main() -> int:
    """Fetch what is missing, scan, print, judge."""
    options = _options()
    data = tomllib.loads((HERE / "packages.toml").read_text("utf-8"))
    packages = [package for package in _packages(data) if not options.only or package.name in options.only]
    unknown = sorted(set(options.only) - {package.name for package in packages})
    if unknown:
        print(f"not in packages.toml: {', '.join(unknown)}", file=sys.stderr)
        return 2
    missing = fetch(packages, options.cache, data["target"])
    fetched = [package for package in packages if package.directory not in missing]
    controls = frozenset(data["controls"])
    outcomes = []
    for package in fetched:
        outcome = scan(package.name, options.cache / package.directory, options)
        outcomes.append(outcome)
        _print_outcome(outcome, expected=package.name in controls, verbose=options.verbose)
    if options.together:
        # All at once, without the controls: what one package defines must not speak for another.
        tree = _linked([p for p in fetched if p.name not in controls], options.cache)
        outcome = scan("(together)", tree, options)
        outcomes.append(outcome)
        _print_outcome(outcome, expected=False, verbose=options.verbose)
    if options.json:
        options.json.write_text(json.dumps([_row(outcome) for outcome in outcomes], indent=2) + "\n", "utf-8")
    return _judge(outcomes, controls, missing, partial=bool(options.only))


def fetch(packages: Sequence[Package], cache: Path, target: dict[str, object]) -> dict[str, str]:
    """Unpack what the cache lacks; gives what pip said about packages it could not deliver."""
    cache.mkdir(parents=True, exist_ok=True)
    missing = {}
    wanted = [package for package in packages if not (cache / package.directory).is_dir()]
    with tempfile.TemporaryDirectory(dir=cache, prefix="fetch-") as scratch:
        room = Path(scratch)
        if any(not package.wheel for package in wanted):
            _bare_interpreter(room / "bare")
        for package in wanted:
            print(f"fetching {package.directory}", file=sys.stderr)
            try:
                tree = _wheel(package, room, target) if package.wheel else _source(package, room)
                tree.rename(cache / package.directory)
            except FetchError as error:
                missing[package.directory] = str(error)
    return missing


def scan(name: str, tree: Path, options: argparse.Namespace) -> Outcome:
    """Run the command on a directory, in a process of its own."""
    # Isolated from the directory it runs in: nothing of the packages is imported.
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    with tempfile.TemporaryDirectory() as scratch, tempfile.TemporaryFile("w+") as log:
        result = Path(scratch) / "result.json"
        command = [*options.command, "scan", "--format=json", f"--confidence={options.confidence}"]
        command += [f"--output={result}", str(tree)]
        if options.every_file:
            command = [sys.executable, "-P", str(HERE / "every_file.py")]
            command += [str(tree), options.confidence, str(result)]
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=tree, env=environment, stdout=log, stderr=log)
        watch = threading.Timer(options.limit, process.kill)
        watch.start()
        _, status, usage = os.wait4(process.pid, 0)
        watch.cancel()
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        text = result.read_text("utf-8") if result.exists() else ""
        log.seek(0)
        said = log.read()
    document = json.loads(text) if text else {}
    return Outcome(
        name=name,
        status=process.returncode,
        files=sum(1 for _ in tree.rglob("*.py")),
        seconds=seconds,
        memory=usage.ru_maxrss / 1024,
        findings=tuple(document.get("findings", ())),
        problems=tuple(document.get("problems", ())),
        statistics=document.get("summary", {}).get("statistics", {}),
        error="" if process.returncode in {0, 1} and text else said or f"no result in {seconds:.0f} s",
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--cache", type=Path, default=_default_cache(), help="where packages are unpacked")
    parser.add_argument("--only", nargs="+", default=[], metavar="PACKAGE", help="scan only these")
    parser.add_argument("--confidence", choices=_RANKS, default="likely", help="least sure findings to count")
    parser.add_argument(
        "--together", action="store_true", help="scan everything but the controls once more, at once"
    )
    parser.add_argument(
        "--verbose", action="store_true", help="show problems in files, and findings of controls"
    )
    parser.add_argument(
        "--every-file",
        action="store_true",
        help="analyse all files, not only those that hold a needle (slow)",
    )
    parser.add_argument(
        "--limit", type=float, default=600, metavar="SECONDS", help="longest time for one scan; default: 600"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows as JSON too")
    parser.add_argument(
        "--command",
        nargs="+",
        default=[sys.executable, "-P", "-m", "marketo_migrate"],
        help="how the program is started; default: that of this checkout",
    )
    options = parser.parse_args()
    options.cache = options.cache.resolve()
    if options.cache.is_relative_to(REPOSITORY):
        parser.error("the cache must lie outside the repository")
    return options


def _default_cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "marketo-migrate" / "precision"


def _packages(data: dict[str, dict[str, dict[str, str]]]) -> Iterable[Package]:
    for table in ("wheels", "sources"):
        for name, pin in data[table].items():
            yield Package(name, pin["version"], pin["sha256"], table == "wheels")


def _wheel(package: Package, room: Path, target: dict[str, object]) -> Path:
    """A wheel is an archive: downloaded and unpacked, nothing of it runs."""
    into = room / f"{package.name}-wheel"
    arguments = ["--only-binary=:all:", f"--python-version={target['python']}", "--implementation=cp"]
    arguments += [f"--platform={platform}" for platform in target["platforms"]]
    said = _pip([], package, [*arguments, f"--dest={into}"], room, os.environ)
    files = list(into.glob("*.whl"))
    if len(files) != 1:
        raise FetchError(said)
    tree = room / package.directory
    with zipfile.ZipFile(files[0]) as archive:
        archive.extractall(tree)
    return tree


def _source(package: Package, room: Path) -> Path:
    """A source distribution as pip unpacks it before it asks the build for metadata, which must fail.

    pip has no download of sources without metadata, and metadata means running the package's own
    code. So pip works for an interpreter that refuses to start anything else, and what it unpacked
    is kept although pip ends with an error.
    """
    temporary = room / f"{package.name}-source"
    temporary.mkdir()
    arguments = ["--no-binary=:all:", "--no-build-isolation", "--use-pep517", "--no-clean", f"--dest={room}"]
    environment = {**os.environ, "TMPDIR": str(temporary)}
    said = _pip(["--python", str(room / "bare")], package, arguments, room, environment)
    trees = [path.parent for path in temporary.glob("pip-download-*/*/PKG-INFO")]
    if len(trees) != 1:
        raise FetchError(said)
    return trees[0]


def _pip(
    before: list[str], package: Package, arguments: list[str], room: Path, environment: dict[str, str]
) -> str:
    requirements = room / "requirements.txt"
    requirements.write_text(package.requirement, "utf-8")
    command = [sys.executable, "-m", "pip", *before, "download", "--quiet", "--no-deps", "--require-hashes"]
    command += [f"--requirement={requirements}", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return done.stderr.strip()[-600:]


def _bare_interpreter(where: Path) -> None:
    venv.create(where, with_pip=False)
    for libraries in where.glob("lib*/python*/site-packages"):
        (libraries / "sitecustomize.py").write_text(_ONLY_PIP, "utf-8")


def _linked(packages: Sequence[Package], cache: Path) -> Path:
    """One directory with all packages below it, as hard links: links to directories are not followed."""
    tree = cache / "together"
    shutil.rmtree(tree, ignore_errors=True)
    for package in packages:
        shutil.copytree(cache / package.directory, tree / package.directory, copy_function=os.link)
    return tree


def _print_outcome(outcome: Outcome, *, expected: bool, verbose: bool) -> None:
    counts = Counter(str(finding["confidence"]) for finding in outcome.findings)
    found = ", ".join(f"{counts[c]} {c}" for c in _RANKS if counts[c]) or "-"
    note = " (control)" if expected else ""
    print(
        f"{outcome.name + note:36} {outcome.files:6} files {outcome.seconds:7.2f} s {outcome.memory:6.0f} MB"
        f" {outcome.statistics.get('candidates', 0):4} candidates  {found}",
        flush=True,
    )
    if outcome.error:
        print(f"    status {outcome.status}:\n{outcome.error}")
    if not expected or verbose:
        for finding in outcome.findings:
            print(f"    {_line(finding)}")
    if verbose:
        for problem in outcome.problems:
            print(f"    problem: {problem['path']}:{problem['line']}: {problem['message']}")


def _line(finding: dict[str, object]) -> str:
    place = f"{finding['path']}:{finding['line']}"
    excerpt = finding["excerpt"]
    source = next((row["text"].strip() for row in excerpt if row["line"] == finding["line"]), "")
    about = f"{finding['confidence']} {finding['rule']} {finding['kind']} {finding['operation'] or ''}"
    return f"{place}: {about.strip()}: {source[:140]}"


def _row(outcome: Outcome) -> dict[str, object]:
    return {
        "name": outcome.name,
        "files": outcome.files,
        "seconds": round(outcome.seconds, 3),
        "megabytes": round(outcome.memory),
        "statistics": outcome.statistics,
        "findings": [_line(finding) for finding in outcome.findings],
        "problems": len(outcome.problems),
        "error": outcome.error,
    }


def _judge(
    outcomes: Sequence[Outcome], controls: frozenset[str], missing: dict[str, str], *, partial: bool
) -> int:
    alone = [outcome for outcome in outcomes if outcome.name != "(together)"]
    files = sum(outcome.files for outcome in alone)
    false = sum(len(outcome.findings) for outcome in outcomes if outcome.name not in controls)
    silent = [outcome.name for outcome in alone if outcome.name in controls and not outcome.findings]
    seconds = sum(outcome.seconds for outcome in alone)
    print(f"{len(alone)} packages, {files} Python files, {seconds:.1f} s, {false} false alarms")
    for name, said in missing.items():
        print(f"not fetched: {name}: {said}", file=sys.stderr)
    for name in silent:
        print(f"nothing found in the control {name}", file=sys.stderr)
    if missing or any(outcome.error for outcome in outcomes):
        return 2
    if files < GOAL and not partial:
        print(f"fewer than {GOAL} files", file=sys.stderr)
        return 2
    return 1 if false or silent else 0


if __name__ == "__main__":
    sys.exit(main())
