"""Reads the cases of `fixtures/fix`: runnable programs that use SOAP, and how to run and judge each.

A case is a directory `<name>/before` with a program in it and a `case.toml` beside it:

    tier = "safe"                  # what its conversion is: safe, review, or none (an expert would refuse)
    library = "zeep"               # zeep, suds, marketo, suds_marketo, pymarketo, requests
    operations = ["getLead"]       # the SOAP operations it uses
    stays = ["listMObjects"]       # optional: of these, what stays SOAP beside what is converted
    module = "app.main"            # optional: run as `python -m`; otherwise `script` (default main.py) is run
    call = "start"                 # optional: a function of the module to call after the import
    arguments = ["--limit", "2"]   # optional
    seed = "demo"                  # optional: demo (default) or empty
    munchkin_id = "321-XYZ-654"    # optional: the instance that the program names
    describe = "describe.json"     # optional: the instance's describe answer, for `--describe`
    company_writes = true          # optional: REST lets leads write company fields, see docs/simulator.md
    notes = "..."                  # what a correct migration looks like, or why an expert would refuse
    [environment]                  # optional: more environment variables
    [[leads]]                      # optional: leads added to the seed, by REST names
"""

import tomllib
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prove import Program, Run, run_program

from marketo_migrate.simulator.behavior import Behavior
from marketo_migrate.simulator.instance import MUNCHKIN_ID, Instance
from marketo_migrate.simulator.leads import create_lead
from marketo_migrate.simulator.seed import demo_state, empty_state
from marketo_migrate.simulator.state import State

ROOT = Path(__file__).parents[2] / "fixtures" / "fix"
TIERS = ("safe", "review", "none")
LIBRARIES = ("zeep", "suds", "marketo", "suds_marketo", "pymarketo", "requests")


@dataclass(frozen=True, slots=True)
class Case:
    """A program of `fixtures/fix` with what its `case.toml` says."""

    directory: Path
    tier: str
    library: str
    operations: tuple[str, ...]
    notes: str
    stays: tuple[str, ...] = ()
    script: str = "main.py"
    module: str | None = None
    call: str | None = None
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    seed: str = "demo"
    leads: tuple[Mapping[str, Any], ...] = ()
    munchkin_id: str = MUNCHKIN_ID
    describe: str | None = None
    company_writes: bool = False

    @property
    def name(self) -> str:
        return self.directory.name

    @property
    def expected_output(self) -> Path:
        """What the program prints on SOAP; written by `record.py`."""
        return self.directory / "expected_output.txt"

    def program(self, where: Path | None = None) -> Program:
        """The program as it lies in `where` (default: `before`)."""
        root = where or self.directory / "before"
        path = root if self.module else root / self.script
        return Program(path, self.module, self.call, self.arguments, self.environment)

    def state(self) -> State:
        """A new seed."""
        state = empty_state() if self.seed == "empty" else demo_state()
        for lead in self.leads:
            create_lead(state, lead)
        return state

    def run(self, where: Path | None = None, *, reversed_results: bool = False) -> Run:
        """Run the program on an instance of its own that trusts any credentials."""
        behavior = Behavior(
            trusting=True, company_writes=self.company_writes, reversed_results=reversed_results
        )
        instance = Instance(self.state(), munchkin_id=self.munchkin_id, behavior=behavior)
        with warnings.catch_warnings():
            # Old programs call what newer Pythons advise against.
            warnings.simplefilter("ignore")
            return run_program(self.program(where), instance)


def read_case(directory: Path) -> Case:
    """Read one `case.toml`; an unknown key, tier or library is a ValueError."""
    given = tomllib.loads((directory / "case.toml").read_text(encoding="utf-8"))
    for name in ("operations", "stays", "arguments", "leads"):
        if name in given:
            given[name] = tuple(given[name])
    try:
        case = Case(directory, **given)
    except TypeError as error:
        raise ValueError(f"{directory.name}/case.toml: {error}") from error
    if case.tier not in TIERS or case.library not in LIBRARIES or case.seed not in ("demo", "empty"):
        raise ValueError(f"{directory.name}/case.toml: unknown tier, library or seed")
    return case


def read_cases(root: Path = ROOT) -> dict[str, Case]:
    """All cases below a directory, by name."""
    return {path.parent.name: read_case(path.parent) for path in sorted(root.glob("*/case.toml"))}
