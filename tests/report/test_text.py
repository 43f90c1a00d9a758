"""The report for people, word for word."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketo_migrate.model.finding import FileProblem, Finding, ScanResult
from marketo_migrate.model.location import Location, Span
from marketo_migrate.report.closing import render_nothing
from marketo_migrate.report.text import render

MakeFinding = Callable[..., Finding]
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


def only(*findings: Finding) -> ScanResult:
    return ScanResult(findings, (), {})


@pytest.mark.parametrize("renderer", [render, render_nothing])
def test_nothing_found(renderer: Callable[[ScanResult], str]) -> None:
    assert renderer(ScanResult((), (), {})) == "No use of Marketo's SOAP API found.\n"
    assert (
        renderer(ScanResult((), (), {"files": 1})) == "No use of Marketo's SOAP API found; 1 file scanned.\n"
    )


EVERYTHING = """\
app.py
  7:1  MKT101 getLead  certain
    calls crm.sync.lead, which calls getLead
    7 | show(
      | ^^^^^
    8 |     lead(address),
      |     ^^^^^^^^^^^^^^
    9 | )
      | ^
      - crm/client.py:3:10 the client is built here
      - crm/sync.py:2:7 its address is a Marketo SOAP endpoint
    instead: Get Leads by Filter Type: GET /rest/v1/leads.json
        leads = rest.get_multiple_leads_by_filter_type("email", [email])

crm/client.py
  3:10  MKT901 client-construction  likely  fix: review
    a suds client of Marketo's SOAP API
    3 | client = Client(WSDL)
      |          ^^^^^^^^^^^^
    for review: the client is returned to callers that are not known

crm/sync.py
  12:12  MKT101 getLead  certain
    SOAP call getLead on a suds client of Marketo
    12 |     lead = client.service.getLead(key)
       |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^
      - crm/client.py:3:10 the client is built here
      - 2:7 its address is a Marketo SOAP endpoint
    instead: Get Leads by Filter Type: GET /rest/v1/leads.json
        leads = rest.get_multiple_leads_by_filter_type("email", [email])

Not analysed, or only in part
  a.py  cannot be read
  b.py:3  does not parse

SOAP method  calls  reached from  other  replacement
getLead          1             1      -  GET /rest/v1/leads.json

other finding  count
client             1

3 findings (2 certain, 1 likely) in 3 files; 12 files scanned.
1 finding suppressed.
2 less sure findings not shown: see them with --confidence possible.
2 files not analysed, or only in part: see above.
"""


def test_everything(full_result: ScanResult) -> None:
    assert render(full_result) == EVERYTHING


def test_colour_changes_no_word(full_result: ScanResult) -> None:
    coloured = render(full_result, color=True)
    plain = ESCAPE.sub("", coloured)
    assert "\x1b[" in coloured
    assert "\x1b" not in plain
    assert [line.rstrip() for line in plain.split("\n")] == EVERYTHING.split("\n")


def test_statistics(full_result: ScanResult) -> None:
    assert render(full_result, statistics=True).endswith(
        "see above.\n  candidates  3\n  files       12\n  hidden      2\n"
    )


def test_words_wrap_at_the_width_and_code_does_not(make_finding: MakeFinding) -> None:
    finding = make_finding(message="word " * 30, excerpt=((12, "x = " + "y" * 100),))
    lines = render(only(finding), width=50).split("\n")
    assert "    " + ("word " * 9).rstrip() in lines
    assert "    12 | x = " + "y" * 100 in lines
    assert max(len(line) for line in lines if "word" in line) <= 50


def test_very_long_line_is_cut_around_the_call(make_finding: MakeFinding) -> None:
    source = "a" * 5000 + "getLead(key)" + "b" * 5000
    finding = make_finding(location=Location("a.py", Span(1, 5001, 1, 5013)), excerpt=((1, source),))
    lines = render(only(finding)).split("\n")
    [code] = [line for line in lines if "getLead(key)" in line]
    marks = lines[lines.index(code) + 1]
    assert len(code) < 200
    assert code[marks.index("^") : marks.rindex("^") + 1] == "getLead(key)"


def test_marks_stand_below_wide_characters_and_tabs(make_finding: MakeFinding) -> None:
    finding = make_finding(location=Location("a.py", Span(1, 8, 1, 11)), excerpt=((1, "\t'日本'; f()"),))
    assert "    1 |     '日本'; f()\n      |             ^^^\n" in render(only(finding))


def test_many_lines_are_cut(make_finding: MakeFinding) -> None:
    excerpt = tuple((number, f"line{number}") for number in range(1, 9))
    text = render(only(make_finding(location=Location("a.py", Span(1, 1, 8, 3)), excerpt=excerpt)))
    assert "line4" in text
    assert "line5" not in text
    assert "| … 4 more lines\n" in text


def test_replacement_paths_are_added_when_the_sentence_lacks_them(make_finding: MakeFinding) -> None:
    finding = make_finding()
    assert finding.replacement is not None
    short = replace(
        finding, replacement=replace(finding.replacement, summary="Use the filter.", snippet=None)
    )
    assert "instead: Use the filter. (GET /rest/v1/leads.json)\n" in render(only(short))


def test_sentence_of_the_message_is_not_said_twice(make_finding: MakeFinding) -> None:
    finding = make_finding()
    assert finding.replacement is not None
    again = replace(finding, message=f"Gone. {finding.replacement.summary}")
    assert "    instead: GET /rest/v1/leads.json\n" in render(only(again))


def test_only_the_first_of_many_operations_are_named(make_finding: MakeFinding) -> None:
    finding = make_finding()
    assert finding.replacement is not None
    [operation] = finding.replacement.operations
    several = tuple(replace(operation, path=f"/rest/v1/{number}.json") for number in range(5))
    many = replace(finding, replacement=replace(finding.replacement, summary="Several.", operations=several))
    text = render(only(many))
    assert (
        "instead: Several. (GET /rest/v1/0.json, GET /rest/v1/1.json, GET /rest/v1/2.json, 2 more)\n" in text
    )
    assert "getLead          1             -      -  GET /rest/v1/0.json, 4 more\n" in text


def test_method_without_replacement(make_finding: MakeFinding) -> None:
    finding = make_finding(operation="listMObjects")
    assert finding.replacement is not None
    gone = replace(finding, replacement=replace(finding.replacement, operations=()))
    assert "listMObjects      1             -      -  none\n" in render(only(gone))


HOSTILE = "\x1b]0;owned\x07\x1b[2J [bold]x[/bold] [/] :smile: \u202e\n::error::x"


def test_hostile_text_is_shown_not_obeyed(make_finding: MakeFinding) -> None:
    location = Location(HOSTILE, Span(1, 1, 1, 4))
    finding = make_finding(
        location=location, message=HOSTILE, name=HOSTILE, reason=HOSTILE, excerpt=((1, HOSTILE),)
    )
    result = ScanResult((finding,), (FileProblem(HOSTILE, 1, HOSTILE),), {})
    text = render(result)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "[bold]x[/bold] [/] :smile: \\u202e\\n::error::x" in text
    assert not [line for line in text.split("\n") if line.startswith("::")]


@given(
    source=st.text(st.characters(exclude_characters="\n"), max_size=400),
    column=st.integers(1, 500),
    end=st.integers(1, 500),
    width=st.integers(10, 200),
)
def test_any_excerpt_and_span(source: str, column: int, end: int, width: int) -> None:
    from marketo_migrate.model.finding import Confidence, Kind, Tier

    finding = Finding(
        "MKT101", "getLead", Kind.CALL, "getLead", "suds", Location("a.py", Span(1, column, 1, end)),
        Confidence.CERTAIN, Tier.NONE, None, "m", None, (), "f", False, ((1, source),),
    )  # fmt: skip
    assert "\x1b" not in render(only(finding), width=width)
