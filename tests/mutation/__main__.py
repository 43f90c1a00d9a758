"""`python -m tests.mutation PACKAGE ... --sample N`: do the tests notice when the code is changed?

Changes are tried in a copy of the project, each judged by the tests that run its line. See README.md.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
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
    signal.signal(signal.SIGTERM, signal.default_int_handler)
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
    results: list[tuple[Mutant, str]] = []
    try:
        for mutant in mutants:
            if not results and not _passes(tree, mutant, covering, options):
                print("the tests fail without any change", file=sys.stderr)
                return 2
            said = _try(tree, mutant, covering, options)
            results.append((mutant, said))
            print(
                f"{said:10} {mutant.name} line {mutant.line}: {mutant.before}  ->  {mutant.after}", flush=True
            )
    except KeyboardInterrupt:
        print("ended early")
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


def _sample(tree: Path, options: argparse.Namespace) -> Iterator[Mutant]:
    """Files by chance and size, a line of each, one change of it: no long expression outweighs others.

    Any first part of the sample is one, too: a run may be ended early.
    """
    random = Random(options.seed)
    sizes = {path: (tree / path).read_bytes().count(b"\n") for path in _files(options.packages)}
    changes: dict[str, Changes] = {}
    left: dict[str, list[int]] = {}
    for _ in range(options.sample):
        if not any(sizes.values()):
            return
        (path,) = random.choices(list(sizes), list(sizes.values()))
        if path not in changes:
            changes[path] = Changes(tree, path)
            left[path] = sorted(set(changes[path].lines))
        if len(left[path]) <= 1:
            sizes[path] = 0
        if left[path]:
            line = left[path].pop(random.randrange(len(left[path])))
            numbers = [number for number, at in enumerate(changes[path].lines) if at == line]
            yield changes[path].mutant(random.choice(numbers))


def _named(tree: Path, names: list[str]) -> list[Mutant]:
    places = [name.partition("#") for name in names]
    changes = {path: Changes(tree, path) for path in dict.fromkeys(path for path, _, _ in places)}
    return [changes[path].mutant(int(number)) for path, _, number in places]


def _passes(tree: Path, mutant: Mutant, covering: Covering | None, options: argparse.Namespace) -> bool:
    """Whether the tests of a mutant find nothing in the code as it is."""
    rounds = _tests(mutant, covering, options)[:1]
    return all(verdict(tree, tests, START + 3 * options.seconds) == "passed" for tests in rounds)


def _try(tree: Path, mutant: Mutant, covering: Covering | None, options: argparse.Namespace) -> str:
    rounds = _tests(mutant, covering, options)
    if not rounds:
        return "uncovered"
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


def _tests(mutant: Mutant, covering: Covering | None, options: argparse.Namespace) -> list[list[str]]:
    if covering is None:
        return [options.tests]
    return _rounds(covering, covering.tests(mutant.path, mutant.line), options.seconds)


def _rounds(covering: Covering, tests: list[str], seconds: float) -> list[list[str]]:
    within = covering.within(tests, seconds)
    first = covering.within(tests, FIRST)
    return [part for part in (first, within[len(first) :]) if part]


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
