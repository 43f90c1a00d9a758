"""Plans the rewrite of a program given as texts, and holds it to what `fix` promises.

    verdict = judge({"main.py": text})

A verdict is refused (nothing is rewritten; `reasons` say why), or rewritten with `problems`: what breaks a
promise, shown by running the program on the SOAP face and its rewrite on the REST face.
"""

import functools
import json
import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from prove import Program, Run, compare, run_program

from marketo_migrate.analysis import Analyser, Analysis
from marketo_migrate.config.settings import Settings
from marketo_migrate.model.finding import Tier
from marketo_migrate.rewrite.differences import SHOWN
from marketo_migrate.rewrite.names import FieldNames
from marketo_migrate.rewrite.units import Options
from marketo_migrate.rewriting import Rewrites, plan_rewrites
from marketo_migrate.ruleset.clients import build_surfaces
from marketo_migrate.ruleset.load import load, load_clients_raw
from marketo_migrate.simulator.behavior import Behavior
from marketo_migrate.simulator.instance import Instance
from marketo_migrate.simulator.state import State
from marketo_migrate.sources.classify import FileKind
from marketo_migrate.sources.discover import discover
from marketo_migrate.sources.read import read

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a program: its new texts, the tiers of what moved, why the rest stays, what is wrong.

    `differences` are what the rewrite says of its own behaviour.
    """

    texts: dict[str, str]
    tiers: tuple[Tier, ...]
    reasons: tuple[str, ...]
    problems: tuple[str, ...]
    before: Run | None = None
    differences: tuple[str, ...] = ()

    @property
    def rewritten(self) -> bool:
        return bool(self.tiers)


def judge(
    texts: Texts, *, state: Callable[[], State], unsafe: bool = False, target: str = "marketorestpython"
) -> Verdict:
    """Plan, write, run both, plan again."""
    with tempfile.TemporaryDirectory() as made:
        old, new = Path(made) / "before", Path(made) / "after"
        _write(old, texts)
        rewrites, names = _planned(old, unsafe=unsafe, target=target)
        reasons = tuple(sorted({_without_place(reason) for reason in rewrites.reasons.values()}))
        tiers = tuple(sorted(set(rewrites.tiers.values()), key=lambda tier: tier.value))
        if not rewrites.texts:
            return Verdict(dict(texts), tiers, reasons, ())
        after = {**texts, **{names[path]: text for path, text in rewrites.texts.items()}}
        after |= {os.path.relpath(path, old): text for path, text in rewrites.new_files.items()}
        _write(new, after)
        problems = [f"{name} does not parse: {error}" for name, error in _unparsable(after)]
        run: Run | None = None
        if not problems:
            run, problems = _proof(
                old, new, state, partly=bool(rewrites.reasons), quotes=not _tells(rewrites, SHOWN)
            )
            problems += _lint(old, new, partly=bool(rewrites.reasons))
            problems += _lost_comments(texts, after)
            again, _ = _planned(new, unsafe=unsafe, target=target)
            problems += [f"a second fix changes {path}" for path in again.texts]
        told = {text for plan in rewrites.plans for text in plan.differences.values()}
        return Verdict(after, tiers, reasons, tuple(problems), run, tuple(sorted(told)))


def _tells(rewrites: Rewrites, difference: str) -> bool:
    """Whether a difference is stated for a call, in whatever case of its first letter."""
    told = {text for plan in rewrites.plans for text in plan.differences.values()}
    return any(difference[1:] in text for text in told)


def run_on_soap(texts: Texts, state: Callable[[], State]) -> Run:
    """What the program does as it is."""
    with tempfile.TemporaryDirectory() as made:
        _write(Path(made), texts)
        return _run(Path(made), state)


@functools.cache
def _rules() -> tuple[object, ...]:
    return load(()), build_surfaces(load_clients_raw(None, ()))


def _planned(root: Path, *, unsafe: bool, target: str) -> tuple[Rewrites, dict[str, str]]:
    rules, surfaces = _rules()
    found = discover((root,), exclude=())
    files = {file.path: file for file in found.files if file.kind is FileKind.PYTHON}
    found = {path: read(file) for path, file in files.items()}
    analysis: Analysis = Analyser(files, found, {}, [], rules, surfaces, Settings()).analyse(files)
    names = {path: Path(file.absolute).relative_to(root).as_posix() for path, file in files.items()}
    rewrites = plan_rewrites(
        analysis.resolution,
        analysis.modules,
        analysis.findings,
        rules,
        FieldNames(rules.lead_fields, {}),
        Options(unsafe=unsafe, target=target),
    )
    return rewrites, names


def _proof(
    old: Path, new: Path, state: Callable[[], State], *, partly: bool, quotes: bool
) -> tuple[Run, list[str]]:
    """`quotes`: those of the output count; suds' texts show themselves without quotes inside lists."""
    before, after = _run(old, state), _run(new, state)
    if before.error and "Fault" not in before.error.strip().splitlines()[-1]:
        # A program that never worked: nothing is promised about how it fails.
        return before, []
    problems = compare(before, after) if quotes else compare(_unquoted(before), _unquoted(after))
    if before.error and after.error:
        kinds = [error.strip().splitlines()[-1].partition(":")[0] for error in (before.error, after.error)]
        if "Fault" not in kinds[0] and kinds[0] != kinds[1]:
            problems.append(f"it ended with {kinds[0]} and now ends with {kinds[1]}")
    if partly:
        problems = [problem for problem in problems if not problem.startswith("still uses SOAP")]
    return before, problems


def _unquoted(run: Run) -> Run:
    return replace(run, output=run.output.translate(str.maketrans("", "", "\"'\\")))


def _run(root: Path, state: Callable[[], State]) -> Run:
    instance = Instance(state(), behavior=Behavior(trusting=True))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return run_program(Program(root / "main.py"), instance)


def _write(root: Path, texts: Texts) -> None:
    for name, text in texts.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))


def _unparsable(texts: Texts) -> Iterator[tuple[str, SyntaxError]]:
    for name, text in texts.items():
        try:
            compile(text, name, "exec")
        except SyntaxError as error:
            yield name, error


def _lint(old: Path, new: Path, *, partly: bool) -> list[str]:
    """Names that are not defined, and imports and variables that nothing reads, where there were none before.

    Beside calls that stay, a variable with a SOAP client may be left without a reader.
    """
    more = _linted(new) - _linted(old)
    return [f"lint: {problem}" for problem in sorted(more) if not (partly and " F841 " in problem)]


def _linted(root: Path) -> set[str]:
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--output-format", "json"]
    rules = ["--select", "F821,F823,F401,F811,F841"]
    done = subprocess.run([*command, *rules, "."], cwd=root, capture_output=True, text=True, check=False)
    return {
        f"{Path(item['filename']).name} {item['code']} {item['message']}" for item in json.loads(done.stdout)
    }


def _lost_comments(before: Texts, after: Texts) -> list[str]:
    """Comments beside or right above code that is still there must be there too."""
    lost = []
    for name, text in before.items():
        new = [line.strip() for line in after[name].splitlines()]
        lines = [line.strip() for line in text.splitlines()]
        codes = {other.partition("  #")[0] for other in new}
        for number, line in enumerate(lines):
            code, mark, comment = line.partition("  #")
            once = lines.count(line) == 1
            if mark and once and code in codes and not any(comment in other for other in new):
                lost.append(f"lost comment: {line}")
            following = lines[number + 1] if number + 1 < len(lines) else ""
            above = following in new and lines.count(following) == 1
            if line.startswith("# note") and line not in new and following and above:
                lost.append(f"lost comment: {line} above {following}")
    return lost


def _without_place(reason: str) -> str:
    return reason.partition(" (")[0] if ".py:" in reason else reason
