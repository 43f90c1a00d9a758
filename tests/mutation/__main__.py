"""`python -m tests.mutation PACKAGE ... --sample N`: do the tests notice when the code is changed?

Changes are tried in a copy of the project, each judged by the tests that run its line. See README.md.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from itertools import count
from pathlib import Path
from random import Random

from tests.mutation.covering import RECORD, Covering, record
from tests.mutation.mutants import Changes, Mutant
from tests.mutation.running import environment, import_libraries, verdict

ROOT = Path(__file__).parents[2]
PACKAGES = (
    "marketo_migrate/resolve",
    "marketo_migrate/detect",
    "marketo_migrate/rewrite",
    "marketo_migrate/gate",
)
FIRST = 5.0
"""Seconds of tests that are tried first; most mutants fall to them, and their modules are soon imported."""
START = 60.0
"""Seconds that importing may take, beside the tests' own."""

_STAMPS = count(int(time.time()))


def main() -> int:
    """Try the mutants, print those that live and the score; 1 when one lives."""
    options = _options()
    # The copy is put right whatever ends the program.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    work = Path(options.work)
    if options.tests:
        # Nothing that was recorded is needed.
        tree, covering = work / "now", None
        _copy(tree)
    else:
        tree = work / "tree"
        if not (work / RECORD).exists():
            print("recording which tests run which lines", flush=True)
            _copy(tree)
            record(work, tree, PACKAGES)
        covering = Covering(work, tree)
        for path in _files(options.packages):
            if not (tree / path).exists() or (tree / path).read_bytes() != (ROOT / path).read_bytes():
                print(f"{path} is not what was recorded; take another directory for --work", file=sys.stderr)
                return 2
    os.environ["TMPDIR"] = str(_empty(work / "tmp"))
    mutants = _named(tree, options.mutant) if options.mutant else _sample(tree, options)
    import_libraries()
    untouched = (
        _rounds(covering, covering.tests(mutants[0].path, mutants[0].line), FIRST)
        if covering
        else [options.tests]
    )
    if any(verdict(tree, tests, START + 3 * options.seconds) != "passed" for tests in untouched):
        print("the tests fail without any change", file=sys.stderr)
        return 2
    results: list[tuple[Mutant, str]] = []
    for mutant in mutants:
        said = _try(tree, mutant, covering, options)
        results.append((mutant, said))
        print(f"{said:10} {mutant.name} line {mutant.line}: {mutant.before}  ->  {mutant.after}", flush=True)
        _note(work / "results.jsonl", mutant, said)
    _summarise(results)
    return int(any(said in ("survived", "uncovered") for _, said in results))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument(
        "packages", nargs="*", metavar="PACKAGE", default=PACKAGES, help="a directory or a file"
    )
    parser.add_argument("--sample", type=int, default=50, help="as many lines, one change of each")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=60, help="of covering tests for each mutant")
    parser.add_argument("--mutant", action="append", help="only this one, by its name")
    parser.add_argument(
        "--tests", nargs="+", help="these decide instead of the covering ones, as they are now"
    )
    default = Path(tempfile.gettempdir(), "marketo-migrate-mutation")
    parser.add_argument("--work", default=default, help="directory of the copy and of what was recorded")
    return parser.parse_args()


def _copy(tree: Path) -> None:
    """The files that git knows, and new ones, as they are in the work tree."""
    _empty(tree)
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split(
        "\0"
    ):
        if name and (ROOT / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tree / name)
    rules = [sys.executable, "-m", "marketo_migrate.ruleset.compile"]
    subprocess.run(rules, cwd=tree, env=environment(tree), check=True)


def _empty(place: Path) -> Path:
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    return place


def _files(packages: list[str]) -> list[str]:
    found = set()
    for package in packages:
        place = ROOT / package
        found.update(place.rglob("*.py") if place.is_dir() else [place])
    return sorted(str(path.relative_to(ROOT)) for path in found)


def _sample(tree: Path, options: argparse.Namespace) -> list[Mutant]:
    """Lines by chance, and one change of each: long expressions would outweigh everything otherwise."""
    changes = {path: Changes(tree, path) for path in _files(options.packages)}
    by_line: dict[tuple[str, int], list[int]] = defaultdict(list)
    for path, change in changes.items():
        for number, line in enumerate(change.lines):
            by_line[path, line].append(number)
    random = Random(options.seed)
    lines = random.sample(sorted(by_line), min(options.sample, len(by_line)))
    total = sum(map(len, by_line.values()))
    print(f"{total} changes of {len(by_line)} lines; {len(lines)} are tried", flush=True)
    return [changes[path].mutant(random.choice(by_line[path, line])) for path, line in sorted(lines)]


def _named(tree: Path, names: list[str]) -> list[Mutant]:
    found = []
    for name in names:
        path, _, number = name.partition("#")
        found.append(Changes(tree, path).mutant(int(number)))
    return found


def _try(tree: Path, mutant: Mutant, covering: Covering | None, options: argparse.Namespace) -> str:
    if covering:
        rounds = _rounds(covering, covering.tests(mutant.path, mutant.line), options.seconds)
        if not rounds:
            return "uncovered"
    else:
        rounds = [options.tests]
    place = tree / mutant.path
    original = place.read_bytes()
    place.write_text(mutant.source, encoding="utf-8")
    # Compiled files are told by their time in seconds: each version has one of its own.
    stamp = next(_STAMPS)
    os.utime(place, (stamp, stamp))
    try:
        for chosen in rounds:
            said = verdict(tree, chosen, START + 3 * options.seconds)
            if said != "passed":
                return "killed" if said == "failed" else said
    finally:
        place.write_bytes(original)
    return "survived"


def _rounds(covering: Covering, tests: list[str], seconds: float) -> list[list[str]]:
    within = covering.within(tests, seconds)
    first = covering.within(tests, FIRST)
    return [part for part in (first, within[len(first) :]) if part]


def _note(file: Path, mutant: Mutant, said: str) -> None:
    with file.open("a", encoding="utf-8") as stream:
        entry = {"mutant": mutant.name, "line": mutant.line, "before": mutant.before, "after": mutant.after}
        stream.write(json.dumps({**entry, "said": said}) + "\n")


def _summarise(results: list[tuple[Mutant, str]]) -> None:
    by_package: dict[str, Counter[str]] = defaultdict(Counter)
    for mutant, said in results:
        by_package[mutant.path.rpartition("/")[0]][said] += 1
    for package, counted in sorted(by_package.items()):
        noticed = counted["killed"] + counted["hung"]
        share = 100 * noticed // counted.total()
        print(f"{package}: {noticed} of {counted.total()} noticed ({share} %): {dict(counted)}")


if __name__ == "__main__":
    sys.exit(main())
