"""A migration plan as one HTML page that needs nothing else: no network, no server, and no script to be read.

Everything from results is escaped by the templates, and what a reader would not see (control and direction
characters) is spelled out. The page forbids itself every script and style but its own, by their hashes.
"""

import base64
import hashlib
from collections.abc import Iterator
from functools import cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from marketo_migrate.report.effort import ESTIMATES, WAY_WORDS, Way, in_words
from marketo_migrate.report.html.view import Entry, bar, bars, entry
from marketo_migrate.report.order import open_findings
from marketo_migrate.report.plain_text import neutralise
from marketo_migrate.report.plan import Plan, Projects
from marketo_migrate.report.quota import LIMITS
from marketo_migrate.report.suppression_words import describe

_PACKAGE = "marketo_migrate.report.html"
_CHUNK = 200


def render(projects: Projects, plan: Plan, *, version: str) -> Iterator[str]:
    """The page in pieces; `plan` holds the figures of the same projects, whose findings are read once."""
    style, script = _asset("page.css"), _asset("page.js")
    stream = (
        _environment()
        .get_template("page.html")
        .stream(
            plan=plan,
            version=version,
            policy=_policy(style, script),
            style=style,
            script=script,
            entries=_entries(projects),
            ways=WAY_WORDS,
            way_type=Way,
            estimates=ESTIMATES,
            limits=LIMITS,
            bar=bar,
            bars=bars,
            in_words=in_words,
            describe=describe,
        )
    )
    stream.enable_buffering(_CHUNK)
    return iter(stream)


def _entries(projects: Projects) -> Iterator[Entry]:
    order = 0
    for project in projects():
        for finding in open_findings(project.result.findings):
            order += 1
            yield entry(order, project.name, finding)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(_PACKAGE),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["thousands"] = lambda number: f"{number:,}"
    environment.filters["plural"] = lambda number, noun: f"{number:,} {noun}{'' if number == 1 else 's'}"
    return environment


def _visible(value: object) -> object:
    return neutralise(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _asset(name: str) -> Markup:
    text = resources.files(_PACKAGE).joinpath("templates", name).read_text(encoding="utf-8")
    # Our own file, checked by a test to hold no closing tag.
    return Markup(text)  # noqa: S704


def _policy(style: str, script: str) -> str:
    hashes = {
        name: f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
        for name, text in (("style-src", style), ("script-src", script))
    }
    return "; ".join(
        [
            "default-src 'none'",
            *(f"{name} {value}" for name, value in hashes.items()),
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ]
    )
