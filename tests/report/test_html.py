"""The page without a browser: nothing foreign gets in, it needs nothing else, it says everything."""

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketo_migrate.model.finding import FileProblem, Finding, Replacement, RestOperation, ScanResult, Step
from marketo_migrate.model.location import Location, Span
from marketo_migrate.model.suppression import Suppression, SuppressionSource, SuppressionState
from marketo_migrate.report.html.page import render
from marketo_migrate.report.plain_text import neutralise
from marketo_migrate.report.plan import Project, add_up

Make = Callable[..., Finding]
VOID = {"meta", "link", "input", "br", "rect", "col"}
FOREIGN = "</script><script>alert(1)</script>'\"><img src=x onerror=alert(1)>&lt;\u202e\x1b[31m"


def page_of(*results: ScanResult) -> str:
    names = [""] if len(results) == 1 else [f"repo{number}" for number in range(len(results))]
    projects = tuple(Project(name, result) for name, result in zip(names, results, strict=True))
    return "".join(render(lambda: projects, add_up(projects), version="1.2"))


class Elements(HTMLParser):
    """All elements with their attributes; fails on a closing tag that closes something else."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs)
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("script", "style"):
            self.text.append(data)


@pytest.fixture
def hostile(make_finding: Make) -> ScanResult:
    """Foreign text wherever a result can hold it."""
    place = Location(f"a/{FOREIGN}.py", Span(1, 3, 1, 9))
    operation = RestOperation(FOREIGN, "GET", f"/rest/{FOREIGN}", "javascript:alert(1)", FOREIGN)
    finding = make_finding(
        rule=FOREIGN,
        name=FOREIGN,
        operation=FOREIGN,
        client=FOREIGN,
        location=place,
        message=FOREIGN,
        reason=FOREIGN,
        replacement=Replacement(f"{FOREIGN}!", (operation,), f"{FOREIGN}\n\t{FOREIGN}"),
        evidence=(Step(FOREIGN, replace(place, path=FOREIGN)),),
        excerpt=((1, f"x {FOREIGN}"),),
        limits=(FOREIGN,),
        diff=f"--- {FOREIGN}\n-{FOREIGN}\n+{FOREIGN}",
        owners=(FOREIGN,),
        in_loop=True,
    )
    mark = Suppression(
        FOREIGN,
        1,
        SuppressionSource.LINE,
        (FOREIGN,),
        FOREIGN,
        None,
        SuppressionState.USED,
        fingerprints=("f",),
    )
    return ScanResult((finding,), (FileProblem(FOREIGN, 2, FOREIGN),), {}, (mark,))


def test_nothing_found() -> None:
    page = page_of(ScanResult((), (), {"files": 12}))
    assert "SOAP API was found in 12 files." in page
    tags = [tag for tag, _ in Elements(page).found]
    assert "table" not in tags
    assert "form" not in tags


def test_everything_is_there(full_result: ScanResult) -> None:
    mark = Suppression(
        "app.py", 20, SuppressionSource.LINE, ("MKT101",), "until the move", None, SuppressionState.USED,
        fingerprints=("f4",),
    )  # fmt: skip
    text = " ".join("".join(Elements(page_of(full_result._replace(suppressions=(mark,)))).text).split())
    for said in (
        "3 findings in 3 files of 12.",
        "2 less sure findings not shown",
        "SOAP call getLead on a suds client of Marketo",
        "12 lead = client.service.getLead(key)".replace("12 ", "12"),
        "GET /rest/v1/leads.json: finds leads by key",
        'leads = rest.get_multiple_leads_by_filter_type("email", [email])',
        "crm/client.py:3:10 the client is built here",
        "the client is returned to callers that are not known",
        "app.py:20 used MKT101: hides 1 finding: until the move",
        "b.py:3 does not parse",
        "a.py cannot be read",
    ):
        assert said.replace(" ", "") in text.replace(" ", ""), said


def test_the_planned_change_is_shown(make_finding: Make) -> None:
    diff = "--- a/job.py\n+++ b/job.py\n@@ -1 +1 @@\n-soap()\n+\trest('<a>')\n"
    page = page_of(ScanResult((make_finding(diff=diff),), (), {}))
    assert '<code class="removed">-soap()</code>' in page
    assert '<code class="added">+    rest(&#39;&lt;a&gt;&#39;)</code>' in page
    assert "<code>+++ b/job.py</code>" in page
    assert "Planned change" not in page_of(ScanResult((make_finding(),), (), {}))


def test_foreign_text_is_only_text(hostile: ScanResult, make_finding: Make) -> None:
    same = ScanResult((make_finding(in_loop=True),), hostile.problems, {}, hostile.suppressions)
    elements = Elements(page_of(hostile))
    assert [tag for tag, _ in elements.found].count("script") == 1
    assert not {"img", "iframe", "object", "base"} & {tag for tag, _ in elements.found}
    text = "".join(elements.text)
    assert FOREIGN not in text
    assert text.count("\\u202e\\x1b[31m") > 15
    assert not any(char in page_of(hostile) for char in "\u202e\x1b")
    plain = [tag for tag, _ in Elements(page_of(same)).found if tag in ("script", "style", "form")]
    assert [tag for tag, _ in elements.found if tag in ("script", "style", "form")] == plain


def test_the_page_needs_nothing_and_allows_itself_nothing(
    hostile: ScanResult, full_result: ScanResult
) -> None:
    for result in (hostile, full_result):
        page = page_of(result)
        for tag, attributes in Elements(page).found:
            assert not [name for name in attributes if name.startswith("on") or name in ("style", "srcdoc")]
            for name in ("src", "href", "action", "formaction"):
                address = attributes.get(name)
                assert (
                    address is None
                    or address.startswith("#")
                    or address == "data:,"
                    or (tag == "a" and address.startswith("https://developer.adobe.com/"))
                ), (tag, address)


def test_the_policy_names_the_hashes_of_the_script_and_the_style(full_result: ScanResult) -> None:
    page = page_of(full_result)
    [policy] = re.findall(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy.startswith("default-src &#39;none&#39;; ")
    assert "unsafe" not in policy
    for tag in ("script", "style"):
        [text] = re.findall(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src &#39;sha256-{digest}&#39;" in policy


def test_names_for_those_who_do_not_see_it(full_result: ScanResult) -> None:
    elements = Elements(page_of(full_result)).found
    tags = [tag for tag, _ in elements]
    assert [tags.count(tag) for tag in ("header", "main", "footer", "h1")] == [1, 1, 1, 1]
    ids = [attributes["id"] for _, attributes in elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for tag, attributes in elements:
        for name in ("aria-labelledby", "aria-describedby"):
            assert attributes.get(name) is None or attributes[name] in ids
        if tag == "th":
            assert attributes.get("scope") in ("col", "row")
        if tag == "svg":
            assert attributes.get("aria-label")
        if tag == "a":
            target = attributes["href"] or ""
            assert not target.startswith("#") or target[1:] in ids


def test_same_bytes_whatever_the_order(full_result: ScanResult) -> None:
    turned = full_result._replace(findings=full_result.findings[::-1], problems=full_result.problems[::-1])
    assert page_of(turned) == page_of(full_result)


def test_long_lines_are_cut_around_the_finding(make_finding: Make) -> None:
    line = "a" * 100_000 + "client.getLead(key)" + "b" * 100_000
    span = Span(1, 100_001, 1, 100_020)
    page = page_of(ScanResult((make_finding(location=Location("a.py", span), excerpt=((1, line),)),), (), {}))
    assert "<mark>client.getLead(key)</mark>" in page
    assert "a" * 300 not in page


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters(), max_size=30).filter(bool))
def test_any_text_gives_a_page_that_is_closed(text: str) -> None:
    result = ScanResult((), (FileProblem(text, None, text),), {})
    elements = Elements(page_of(result))
    assert [tag for tag, _ in elements.found].count("script") == 1
    assert neutralise(text) in "".join(elements.text)


def test_our_own_files_close_no_element() -> None:
    page = page_of(ScanResult((), (), {}))
    assert page.count("</script>") == page.count("</style>") == 1
