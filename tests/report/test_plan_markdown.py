"""The plan in Markdown as a Markdown reader sees it: its structure, its size, and foreign text in it."""

from collections.abc import Callable
from dataclasses import replace

from markdown_it import MarkdownIt
from markdown_it.token import Token

from marketo_migrate.model.finding import FileProblem, Finding, Replacement, ScanResult, Step
from marketo_migrate.model.grades import SuppressionSource, SuppressionState
from marketo_migrate.model.location import Location, Span
from marketo_migrate.model.suppression import Suppression
from marketo_migrate.report.plan import Project, add_up
from marketo_migrate.report.plan_markdown import render

Make = Callable[..., Finding]
READER = MarkdownIt("commonmark", {"html": True, "linkify": True}).enable(
    ["table", "strikethrough", "linkify"]
)
HOSTILE = (
    "<img src=x onerror=alert(1)> @team #1 [x](javascript:alert(1)) `a` | ``` **b** \u202e\x1b[31m\n# head"
)


def text_of(*results: ScanResult) -> str:
    names = [""] if len(results) == 1 else [f"repo{number}" for number in range(len(results))]
    projects = tuple(Project(name, result) for name, result in zip(names, results, strict=True))
    return "".join(render(lambda: projects, add_up(projects)))


def tokens(text: str) -> list[Token]:
    flat: list[Token] = []
    for token in READER.parse(text):
        flat += [token, *(token.children or [])]
    return flat


def kinds(text: str) -> list[str]:
    return [token.type for token in tokens(text) if token.type != "text"]


def test_nothing_found() -> None:
    head = "# Migration plan: from Marketo SOAP to REST\n\n"
    assert text_of(ScanResult((), (), {})) == f"{head}No use of Marketo's SOAP API was found.\n"


def test_everything(full_result: ScanResult, make_finding: Make) -> None:
    owned = make_finding(owners=("@a/b",), in_loop=True)
    mark = Suppression("app.py", 2, SuppressionSource.LINE, (), None, None, SuppressionState.UNUSED)
    text = text_of(full_result, ScanResult((owned,), (), {"files": 2}, (mark,)))
    for line in (
        "4 findings in 4 files of 14; 0 of 2 repositories are done. "
        "Adobe removed the SOAP API on 2026-07-31.",
        "2 SOAP calls; estimated work 3-11 h (planning figures, not measured).",
        "| SOAP method | by hand | with its call | findings | effort |",
        "| `getLead` | 2 | 1 | 3 | 3-10 h |",
        "| `repo0` | 1 | 1 | 1 | 3 | 2-6 h |",
        "| `@a/b` | 0 | 1 | 0 | 1 | 2-5 h |",
        "**1 call in a loop**: send the records in batches.",
        "- `repo1` `app.py:2` every rule: hides nothing, remove it (no reason given)",
        "- `repo0` `b.py:3` does not parse",
        "### `repo0` `crm/client.py`",
        "- [ ] line 3: **MKT901 client-construction** (review, 20-60 min)  ",
        "- [ ] line 12: **MKT101 getLead** (by hand, 2-5 h, in a loop, `@a/b`)  ",
        "  Instead: Get Leads by Filter Type: GET /rest/v1/leads.json",
    ):
        assert f"\n{line}\n" in text, line
    assert (
        text.index("### `repo0` `app.py`")
        < text.index("### `repo0` `crm/sync.py`")
        < text.index("### `repo1`")
    )


def test_foreign_text_changes_nothing(make_finding: Make) -> None:
    def result(text: str) -> ScanResult:
        place = Location(f"a/{text}.py", Span(1, 3, 1, 9))
        finding = make_finding(
            rule=text,
            name=text,
            operation=text,
            client=text,
            location=place,
            message=text,
            replacement=Replacement(text, (), text.replace("\n", " ")),
            evidence=(Step(text, place),),
            excerpt=((1, text),),
            owners=(text,),
        )
        mark = Suppression(text, 1, SuppressionSource.LINE, (text,), text, None, SuppressionState.USED)
        return ScanResult((finding,), (FileProblem(text, 2, text),), {}, (mark,))

    plain, hostile = text_of(result("word"), result("word")), text_of(result(HOSTILE), result(HOSTILE))
    assert [kind for kind in kinds(hostile) if kind != "text_special"] == kinds(plain)
    assert "\u202e" not in hostile
    assert "\x1b" not in hostile
    code = "".join(token.content for token in tokens(hostile) if token.type in ("code_inline", "fence"))
    assert code.count("@team") == hostile.count("@team")


def test_it_fits_an_issue_whatever_it_holds(make_finding: Make) -> None:
    for word in ("word ", "@:#$&", "\U0001f600", "\x1b"):
        text = word * 200
        findings = tuple(
            make_finding(
                fingerprint=f"f{number}",
                name=text,
                operation=f"{number}{text}",
                client=f"{number}{text}",
                owners=(f"{number}{text}",),
                location=Location(f"{text}/{number}/a.py", Span(1, 1, 1, 2)),
                excerpt=((1, text),),
            )
            for number in range(200)
        )
        marks = tuple(
            Suppression(text, number, SuppressionSource.LINE, (text,), text, None, SuppressionState.USED)
            for number in range(1, 50)
        )
        problems = tuple(FileProblem(text, number, text) for number in range(1, 50))
        result = ScanResult(findings, problems, {}, marks)
        page = text_of(*(replace_paths(result, number) for number in range(3)))
        assert len(page) < 65_536, word
        assert "more findings: `--format html` shows all of them." in page


def replace_paths(result: ScanResult, number: int) -> ScanResult:
    return result._replace(
        findings=tuple(
            replace(finding, location=replace(finding.location, path=f"{number}/{finding.location.path}"))
            for finding in result.findings
        )
    )
