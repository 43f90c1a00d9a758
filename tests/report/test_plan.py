"""Findings of many repositories added up; how each goes away and what it may take."""

from collections.abc import Callable

import pytest

from marketo_migrate.model.finding import FileProblem, Finding, Kind, ScanResult, Tier
from marketo_migrate.report.effort import ESTIMATES, Minutes, Way, effort_of, in_words, way_of
from marketo_migrate.report.plan import Progress, Project, add_up
from marketo_migrate.report.quota import quota_notes

Make = Callable[..., Finding]


def test_nothing() -> None:
    plan = add_up([Project("", ScanResult((), (), {"files": 7}))])
    assert (plan.projects, plan.clean_projects, plan.files, plan.total.count) == (1, 1, 7, 0)
    assert plan.by_method == plan.by_owner == plan.by_way == plan.problems == ()
    assert add_up([]).projects == 0


def test_sums(make_finding: Make, full_result: ScanResult) -> None:
    owned = make_finding(owners=("@a", "@b"), in_loop=True, fix=Tier.SAFE)
    projects = [
        Project("crm", full_result),
        Project("web", ScanResult((owned,), (), {"files": 3})),
        Project("clean", ScanResult((), (), {"files": 1})),
    ]
    plan = add_up(projects)
    assert (plan.projects, plan.clean_projects, plan.files, plan.files_with_findings) == (3, 1, 16, 4)
    assert (plan.total.count, plan.calls.count, plan.suppressed, plan.hidden, plan.in_loops) == (
        4,
        2,
        1,
        2,
        1,
    )
    assert [(group.name, group.count) for group in plan.by_method] == [("getLead", 3)]
    assert [(group.name, group.count) for group in plan.by_client] == [("suds", 4)]
    assert [(group.name, group.count) for group in plan.by_project] == [("crm", 3), ("web", 1)]
    assert [group.name for group in plan.by_directory] == ["crm/crm", "crm", "web/crm"]
    assert [(group.name, group.count) for group in plan.by_owner] == [("no owner", 3), ("@a", 1), ("@b", 1)]
    assert [group.name for group in plan.by_way] == ["safe", "review", "hand", "along"]
    assert plan.problems == (
        ("crm", FileProblem("a.py", None, "cannot be read")),
        ("crm", FileProblem("b.py", 3, "does not parse")),
    )


def test_progress(make_finding: Make) -> None:
    now = ScanResult(
        (
            make_finding(fingerprint="a"),
            make_finding(fingerprint="n"),
            make_finding(fingerprint="s", suppressed=True),
        ),
        (),
        {},
    )
    earlier = {"crm": frozenset("abcs"), "web": frozenset("x")}
    assert add_up([Project("crm", now)]).progress is None
    assert add_up([Project("crm", now)], earlier).progress == Progress(3, 1, 1, ("web",))
    assert add_up([Project("new", now)], {}).progress == Progress(0, 0, 2, ())


@pytest.mark.parametrize("kind", Kind)
def test_every_finding_has_a_way_and_an_effort(make_finding: Make, kind: Kind) -> None:
    for tier in Tier:
        finding = make_finding(kind=kind, fix=tier)
        effort = effort_of(finding)
        assert way_of(finding) in Way
        assert 0 < effort.low < effort.high
        assert effort in [item.minutes for item in ESTIMATES]


def test_a_loop_adds_to_a_call_and_not_to_its_callers(make_finding: Make) -> None:
    assert effort_of(make_finding(in_loop=True)) == effort_of(make_finding()) + ESTIMATES[-1].minutes
    wrapper = make_finding(kind=Kind.WRAPPER_CALL)
    assert effort_of(wrapper) == effort_of(make_finding(kind=Kind.WRAPPER_CALL, in_loop=True))


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (5, 15, "5-15 min"),
        (0, 0, "0 min"),
        (30, 90, "30-90 min"),
        (60, 240, "1-4 h"),
        (61, 91, "2 h"),
        (600, 2400, "10-40 h"),
        (2400, 9600, "5-20 days"),
        (480_000, 4_800_000, "1,000-10,000 days"),
    ],
)
def test_times_in_words(low: int, high: int, words: str) -> None:
    assert in_words(Minutes(low, high)) == words


def test_quota_notes(make_finding: Make) -> None:
    assert quota_notes(make_finding()) == ()
    assert quota_notes(make_finding(kind=Kind.CLIENT, in_loop=True, limits=("300 a call",))) == ()
    assert quota_notes(make_finding(limits=("300 a call", "60 seconds"))) == (
        "REST allows 300 a call, 60 seconds.",
    )
    [note] = quota_notes(make_finding(kind=Kind.WRAPPER_CALL, in_loop=True))
    assert "300" in note
    assert "34 calls" in note
