"""Hostile text in every field and every format: a reader of the format sees data, and nothing obeys it."""

import json
import re
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from marketo_migrate.model.finding import (
    Confidence,
    FileProblem,
    Finding,
    Kind,
    Replacement,
    RestOperation,
    ScanResult,
    Step,
    Tier,
)
from marketo_migrate.model.location import Location, Span
from marketo_migrate.model.suppression import Suppression, SuppressionSource, SuppressionState
from marketo_migrate.report import github, gitlab, json_format, junit, markdown, sarif, text
from marketo_migrate.ruleset.load import load

RULESET = load(())
RENDERERS: dict[str, Callable[[ScanResult], str]] = {
    "text": text.render,
    "json": lambda result: json_format.render(result, version="1"),
    "sarif": lambda result: sarif.render(result, version="1", ruleset=RULESET),
    "github": github.render,
    "gitlab": gitlab.render,
    "junit": junit.render,
    "markdown": markdown.render,
}
LINES = """\
::error::owned
::stop-commands::owned
::set-output name=x::y
::add-mask::x
##[error]owned
##vso[task.setvariable variable=x]y
##teamcity[buildStatus text='x']
%0A::error::owned
%0D%0A::warning file=a::b
<script>alert(1)</script>
</failure></testcase>]]>
<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;
"}],"x":["
@everyone #1
[bold]x[/bold]
{{ config }} ${{ secrets.X }} $(id) `id`
../../etc/passwd
""".splitlines()
PIECES = [
    *LINES,
    "\x1b[2J\x1b]0;owned\x07",
    "\x9b31m",
    "\n::error::owned",
    "\r::error::owned",
    "a\u2028::error::owned\u2029b\x85c",
    "\u202eowned\u2066\u200b\ufeff",
    "\0\x01\x7f\ufffe\uffff",
    "\ud800 \udfff \udcff",
    "A" * 5_000,
    "\t \n \x0b\x0c\x1c\x1d\x1e",
    "e\u0301" * 50,
]
_foreign = st.builds(
    "".join,
    st.lists(st.sampled_from(PIECES) | st.text(st.characters(), max_size=10), min_size=1, max_size=3),
).filter(bool)
_spans = st.builds(Span, *[st.integers(0, 10_000)] * 4)


@st.composite
def results(draw: st.DrawFn) -> ScanResult:
    """A result with foreign text wherever scanned code, a path, a rule or a settings file can put some."""
    location = st.builds(Location, _foreign, _spans)
    finding = st.builds(
        Finding,
        rule=st.sampled_from(["MKT101", "MKT004"]) | _foreign,
        name=_foreign,
        kind=st.sampled_from(Kind),
        operation=st.none() | _foreign,
        client=st.none() | _foreign,
        location=location,
        confidence=st.sampled_from(Confidence),
        fix=st.sampled_from(Tier),
        reason=st.none() | _foreign,
        message=_foreign,
        replacement=st.none()
        | st.builds(
            Replacement,
            _foreign,
            st.lists(
                st.builds(RestOperation, _foreign, _foreign, _foreign, _foreign, _foreign), max_size=2
            ).map(tuple),
            st.none() | _foreign,
        ),
        evidence=st.lists(st.builds(Step, _foreign, location), max_size=2).map(tuple),
        fingerprint=st.sampled_from(["f1", "f2", "f3"]),
        suppressed=st.booleans(),
        excerpt=st.lists(st.tuples(st.integers(1, 99), _foreign), max_size=2).map(tuple),
    )
    problem = st.builds(FileProblem, _foreign, st.none() | st.integers(0, 9), _foreign)
    suppression = st.builds(
        Suppression,
        path=_foreign,
        line=st.none() | st.integers(1, 9),
        source=st.sampled_from(SuppressionSource),
        rules=st.lists(_foreign, max_size=2).map(tuple),
        reason=st.none() | _foreign,
        until=st.none(),
        state=st.sampled_from(SuppressionState),
        problem=st.none() | _foreign,
        pattern=_foreign,
        fingerprints=st.just(("f1",)),
    )
    return ScanResult(
        tuple(draw(st.lists(finding, max_size=3))),
        tuple(draw(st.lists(problem, max_size=2))),
        {"files": 1},
        tuple(draw(st.lists(suppression, max_size=2))),
    )


def everything(value: str) -> ScanResult:
    """One value in every field."""
    place = Location(value, Span(1, 1, 1, 2))
    finding = Finding(
        value, value, Kind.CALL, value, value, place, Confidence.CERTAIN, Tier.NONE, value, value,
        Replacement(value, (RestOperation(value, value, value, value, value),), value),
        (Step(value, place),), "f1", False, ((1, value),),
    )  # fmt: skip
    mark = Suppression(
        value, 1, SuppressionSource.SETTINGS, (value,), value, None, SuppressionState.INVALID, value, value
    )
    return ScanResult((finding,), (FileProblem(value, 1, value),), {}, (mark,))


def commands(output: str) -> list[str]:
    """The lines that some runner of builds would obey."""
    lines = re.split(r"\r\n|[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", output)
    return [line for line in lines if line.strip().startswith("::") or re.search(r"##\w*\[", line)]


@pytest.mark.parametrize("name", RENDERERS)
@given(result=results())
@settings(max_examples=25, deadline=None)
def test_nothing_is_obeyed(name: str, result: ScanResult) -> None:
    check(name, RENDERERS[name](result))


@pytest.mark.parametrize("value", PIECES)
@pytest.mark.parametrize("name", RENDERERS)
def test_nothing_is_obeyed_wherever_it_stands(name: str, value: str) -> None:
    check(name, RENDERERS[name](everything(value)))


def check(name: str, output: str) -> None:
    """What every format keeps, then what readers of this one rely on."""
    output.encode("utf-8", "strict")
    assert output.replace("\n", "").isprintable()
    if name == "github":
        ours = re.compile(r"::(?:(?:error|warning|notice) [^:]*|group|endgroup)::")
        assert [line for line in commands(output) if not ours.match(line) or "##" in line] == []
        counts = {
            level: len(re.findall(rf"(?m)^::{level} ", output)) for level in ("error", "warning", "notice")
        }
        assert max(counts.values()) <= 10
    else:
        assert commands(output) == []
    if name in ("json", "sarif", "gitlab"):
        assert output.isascii()
        json.dumps(json.loads(output), ensure_ascii=False).encode("utf-8", "strict")
    if name == "junit":
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        tags = {element.tag for element in etree.fromstring(output.encode(), parser).iter()}
        assert tags <= {"testsuites", "testsuite", "testcase", "failure", "error", "skipped"}


@pytest.mark.parametrize("name", RENDERERS)
def test_a_line_of_great_length(name: str) -> None:
    output = RENDERERS[name](everything("x" * 200_000 + "\x1b"))
    check(name, output)


@example("::error::x")
@example("  ::stop-commands::x")
@given(st.text(st.sampled_from(":# \n[ab"), max_size=30))
def test_lines_of_text_begin_no_command(value: str) -> None:
    finding = everything(value or "x")
    assert commands(text.render(finding, width=40)) == []
