"""Programs made to take for ever, or all memory: each is analysed within the bound that stands here."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from marketo_migrate.config.settings import Settings
from marketo_migrate.model.finding import Kind, ScanResult
from marketo_migrate.pipeline import scan

Tree = Callable[[Mapping[str, str | bytes]], Path]
Bounded = Callable[[Mapping[str, str | bytes]], ScanResult]
CLIENT = 'from suds.client import Client\nc = Client("https://1.mktoapi.com/soap/mktows/2_3?WSDL")\n'
CALL = "c.service.getLead(key)\n"
SECONDS = 10
"""Processor time that any of these may take; most take less than one on a machine of 2024."""


@pytest.fixture
def bounded(tree: Tree) -> Bounded:
    """Scans files, and fails where that takes too long."""

    def run(files: Mapping[str, str | bytes]) -> ScanResult:
        root = tree(files)
        start = time.process_time()
        result = scan((root,), Settings(jobs=1))
        assert time.process_time() - start < SECONDS
        return result

    return run


def calls(result: ScanResult) -> int:
    return sum(finding.kind is Kind.CALL for finding in result.findings)


def test_a_small_program(bounded: Bounded) -> None:
    assert calls(bounded({"a.py": CLIENT + CALL})) == 1


def test_functions_that_call_the_next_one(bounded: Bounded) -> None:
    count = 300
    chain = "".join(f"def f{n}(c): return f{n + 1}(c)\n" for n in range(count))
    result = bounded({"a.py": f"{CLIENT}{chain}def f{count}(c): return c.service.getLead(1)\nf0(c)\n"})
    assert calls(result) == 1
    wrappers = [finding for finding in result.findings if finding.kind is Kind.WRAPPER_CALL]
    assert len(wrappers) == count + 1
    # What leads to the call is shown in part: of the first and the last steps.
    assert max(len(finding.evidence) for finding in wrappers) <= 23
    told = [step.message for finding in wrappers for step in finding.evidence]
    assert f"which, {count - 20} calls further on, calls f{count - 15}()" in told


def test_functions_that_call_each_other(bounded: Bounded) -> None:
    count = 250
    ring = "".join(f"def g{n}(a): return g{(n + 1) % count}(g{(n + 2) % count}(a))\n" for n in range(count))
    assert calls(bounded({"a.py": f"{CLIENT}{ring}g0(c)\n{CALL}"})) == 1


def test_modules_that_import_the_next_one(bounded: Bounded) -> None:
    count = 150
    modules = {f"m{n}.py": f"from m{n + 1} import c\n{CALL}" for n in range(count)}
    assert calls(bounded({**modules, f"m{count}.py": CLIENT})) == count


def test_modules_that_import_each_other(bounded: Bounded) -> None:
    names = [f"m{n}" for n in range(40)]
    stars = "".join(f"from {name} import *\n" for name in names)
    assert calls(bounded({f"{name}.py": stars + (CLIENT if name == "m0" else CALL) for name in names})) == 39


def test_classes_that_inherit_from_the_next_one(bounded: Bounded) -> None:
    count = 40
    chain = "".join(
        f"class C{n}(C{n + 1}):\n    def call(self): return super().call()\n" for n in range(count)
    )
    last = f"class C{count}:\n    def call(self): return c.service.getLead(1)\n"
    assert calls(bounded({"a.py": f"{CLIENT}{chain}{last}C0().call()\nC0().missing\n"})) == 1


def test_classes_that_inherit_from_each_other(bounded: Bounded) -> None:
    count = 20
    ring = "".join(
        f"class C{n}(C{(n + 1) % count}, C{(n + 7) % count}):\n    def call(self): return super().call()\n"
        for n in range(count)
    )
    assert calls(bounded({"a.py": f"{CLIENT}{ring}C0().call()\nC0().missing\n{CALL}"})) == 1


def test_values_that_double(bounded: Bounded) -> None:
    """Lists of lists, texts of texts and functions of functions: 2 to the power of 60 of each."""
    lists = "x0 = c\n" + "".join(f"x{n + 1} = [x{n}, x{n}, c]\n" for n in range(60))
    texts = "t0 = 'a'\n" + "".join(f"t{n + 1} = t{n} + t{n} or t{n} + 'b'\n" for n in range(60))
    closures = "def h0(a): return c\n" + "".join(
        f"def h{n + 1}(a): return h{n}(lambda: a) or h{n}([a])\n" for n in range(60)
    )
    assert calls(bounded({"a.py": f"{CLIENT}{lists}{texts}{closures}h60(x60)\n{CALL}"})) == 1


def test_branches_that_double(bounded: Bounded) -> None:
    branches = "".join(f"if a{n}: k = K(k)\nelse: k = [k, {n}]\n" for n in range(300))
    loops = "".join(f"{' ' * n}for a{n} in k:\n" for n in range(15)) + " " * 15 + "k = (k, a0)\n"
    assert calls(bounded({"a.py": f"{CLIENT}k = 1\n{branches}{loops}{CALL}"})) == 1


@pytest.mark.parametrize(
    "literal",
    [
        "[" + "1, " * 10_000 + "]",
        "{" + ", ".join(f"'k{n}': 'https://1.mktoapi.com/soap/mktows/{n}'" for n in range(300)) + "}",
        "'" + "x" * 1_000_000 + "'",
        "'''" + "<paramsGetLead>\n" * 10_000 + "'''",
        "(" + "\n".join("'mktowsUserId'" for _ in range(2_000)) + ")",
    ],
    ids=["numbers", "addresses", "line", "envelopes", "parts"],
)
def test_literals_that_are_large(bounded: Bounded, literal: str) -> None:
    assert calls(bounded({"a.py": f"{CLIENT}x = {literal}\n{CALL}"})) == 1


def test_a_long_literal_in_python_2(bounded: Bounded) -> None:
    assert calls(bounded({"a.py": f"{CLIENT}print 1\nx = [{'1, ' * 4_000}]\n{CALL}"})) == 1


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("x = [" + "1, " * 1_000_000 + "]\n", "not parsed: more than 500,000 words and signs"),
        ("x = '" + "x" * 6_000_000 + "'\n", "not parsed: 6.0 MB, more than 5 MB"),
        (
            "x = " + "[" * 10_000 + "]" * 10_000 + "\n",
            "cannot be analysed: expressions are nested too deeply",
        ),
        ("x = 1" + " + 1" * 10_000 + "\n", "cannot be analysed: expressions are nested too deeply"),
        ("".join(f"{' ' * n}if a:\n" for n in range(300)) + " " * 300 + "pass\n", "cannot be parsed: "),
        ("x = (" + "\n".join(["'a'"] * 40_000) + ")\n", "cannot be parsed: "),
    ],
    ids=["elements", "bytes", "brackets", "sum", "blocks", "parts"],
)
def test_what_is_too_large_is_told(bounded: Bounded, source: str, problem: str) -> None:
    result = bounded({"a.py": CLIENT + source + CALL, "b.py": CLIENT + CALL})
    assert calls(result) == 1
    assert [(p.path, p.message[: len(problem)]) for p in result.problems] == [("a.py", problem)]
    assert [f.location.path for f in result.findings if f.kind is Kind.UNPARSED] == ["a.py"]
