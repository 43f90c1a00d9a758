"""A browser for all tests of the page, and plans to show in it."""

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from chromium import Chromium, Page, find_chromium

from marketo_migrate.config.settings import Settings
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
from marketo_migrate.model.grades import SuppressionSource, SuppressionState
from marketo_migrate.model.location import Location, Span
from marketo_migrate.model.suppression import Suppression
from marketo_migrate.pipeline import scan
from marketo_migrate.report.html.page import render
from marketo_migrate.report.plan import Project, add_up

EXAMPLE = Path(__file__).parents[2] / "fixtures" / "projects" / "suds_crm_sync"
ATTACK = "</script><script>pwned=1</script>'\"><img src=x onerror=pwned=1><svg onload=pwned=1>\u202e\x1b[31m"
METHODS = ("getLead", "syncLead", "getMultipleLeads", "requestCampaign", "getLeadActivity")
OPERATION = RestOperation(
    "getLeadsByFilterUsingGET",
    "GET",
    "/rest/v1/leads.json",
    "https://developer.adobe.com/marketo-apis/api/mapi#operation/getLeadsByFilterUsingGET",
    "finds leads by key",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    program = find_chromium()
    if program is None:
        reason = "no Chromium here: install one (`apt-get install chromium`), or name it in CHROMIUM"
        if os.environ.get("CHROMIUM"):
            pytest.fail(f"CHROMIUM names no program: {os.environ['CHROMIUM']}")
        pytest.skip(reason)
    running = Chromium(program)
    yield running
    running.close()


@pytest.fixture
def page(browser: Chromium) -> Iterator[Page]:
    """A page of a desktop window."""
    opened = browser.page()
    opened.size(1280, 900)
    yield opened
    opened.close()


def written(place: Path, *results: ScanResult) -> Path:
    names = [""] if len(results) == 1 else [f"repo-{number}" for number in range(len(results))]
    projects = tuple(Project(name, result) for name, result in zip(names, results, strict=True))
    pieces = render(lambda: projects, add_up(projects), version="1.2")
    place.write_text("".join(pieces), encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plan of the shipped example, with owners, problems and marks of acceptance."""
    result = scan((EXAMPLE,), Settings())
    owned = tuple(
        replace(
            finding,
            diff="-soap()\n+rest()\n",
            owners=("@acme/crm",) if number % 3 else ("@acme/platform", "@lee"),
        )
        for number, finding in enumerate(result.findings)
    )
    marks = (
        Suppression(
            "crmsync/old.py",
            7,
            SuppressionSource.LINE,
            ("MKT101",),
            "goes in May",
            None,
            SuppressionState.USED,
        ),
        Suppression("jobs.py", None, SuppressionSource.FILE, (), None, None, SuppressionState.UNUSED),
    )
    problems = (FileProblem("crmsync/legacy.py", 3, "neither Python 3 nor Python 2 can read it"),)
    changed = result._replace(findings=owned, problems=problems, suppressions=marks)
    return written(tmp_path_factory.mktemp("example") / "plan.html", changed)


@pytest.fixture(scope="module")
def make() -> Callable[..., Finding]:
    """A finding of a call with the given fields changed."""

    def made(**changes: object) -> Finding:
        place = Location("crm/sync.py", Span(12, 12, 12, 34))
        values: dict[str, object] = {
            "rule": "MKT101",
            "name": "getLead",
            "kind": Kind.CALL,
            "operation": "getLead",
            "client": "suds",
            "location": place,
            "confidence": Confidence.CERTAIN,
            "fix": Tier.REVIEW,
            "reason": "what the code around it does with the answer was not checked",
            "message": "SOAP getLead was removed on 2026-07-31. Get Leads by Filter Type finds the lead.",
            "replacement": Replacement(
                "Get Leads by Filter Type", (OPERATION,), "leads = client.get_leads()\n"
            ),
            "evidence": (Step("a suds client is made", place), Step("kept in `client`", place)),
            "fingerprint": "f",
            "excerpt": ((12, "    lead = client.service.getLead(key)"),),
        }
        return Finding(**(values | changes))

    return made


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory, make: Callable[..., Finding]) -> Path:
    """5,000 findings."""
    tiers, sure = list(Tier), list(Confidence)
    findings = tuple(
        make(
            operation=METHODS[number % 5],
            name=METHODS[number % 5],
            location=Location(
                f"services/s{number % 40:02}/job{number:04}.py", Span(number + 1, 5, number + 1, 30)
            ),
            fix=tiers[number % 3],
            confidence=sure[number % 3],
            in_loop=number % 7 == 0,
            owners=(f"@acme/team-{number % 12}",),
            fingerprint=f"f{number}",
        )
        for number in range(5000)
    )
    return written(tmp_path_factory.mktemp("many") / "plan.html", ScanResult(findings, (), {"files": 9000}))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, make: Callable[..., Finding]) -> Path:
    """Text that would do harm, be unseen or run over, wherever a result can hold it."""
    results = []
    for text in (ATTACK, "javascript:pwned=1//", "x" * 3000, "\u0627\u0644\u0639" * 200, "\u0300" * 300):
        place = Location(f"{text}/a.py", Span(1, 1, 1, 200))
        operation = RestOperation(
            text, text, f"/{text}", text if "java" in text else f"https://a/{text}", text
        )
        finding = make(
            rule=text,
            name=text,
            operation=text,
            client=text,
            location=place,
            message=text,
            reason=text,
            replacement=Replacement(f"{text}.", (operation,), text),
            evidence=(Step(text, place),),
            excerpt=((1, text),),
            limits=(text,),
            diff=f"-{text}\n+{text}",
            owners=(text,),
            in_loop=True,
        )
        mark = Suppression(text, 1, SuppressionSource.LINE, (text,), text, text, SuppressionState.USED)
        results.append(ScanResult((finding,), (FileProblem(text, 1, text),), {}, (mark,)))
    return written(tmp_path_factory.mktemp("hostile") / "plan.html", *results)
