"""The whole content of a simulated instance, and what every change of it shares: numbers, time, the log."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from marketo_migrate.simulator.activity_types import type_of
from marketo_migrate.simulator.behavior import Behavior
from marketo_migrate.simulator.clock import Clock
from marketo_migrate.simulator.lead_fields import FieldTable, lead_fields
from marketo_migrate.simulator.records import (
    DEFAULT,
    Activity,
    Campaign,
    CampaignRun,
    Channel,
    ExportJob,
    ImportJob,
    Lead,
    ObjectType,
    Program,
    StaticList,
    TagType,
)
from marketo_migrate.simulator.values import Value

FIRST_NUMBER = 1000
GUIDS = uuid.UUID("6d61726b-6574-4f2d-8d69-677261746521")
WEB_SERVICE = "Web service API"


class State:
    """The database behind both faces. Functions in the sibling modules change it; `snapshot` reads it all."""

    def __init__(self, clock: Clock | None = None, fields: FieldTable | None = None) -> None:
        self.clock = clock or Clock()
        self.lead_fields = fields or lead_fields()
        self.leads: dict[int, Lead] = {}
        self.lists: dict[int, StaticList] = {}
        self.programs: dict[int, Program] = {}
        self.campaigns: dict[int, Campaign] = {}
        self.runs: list[CampaignRun] = []
        self.channels: list[Channel] = []
        self.tag_types: list[TagType] = []
        self.opportunities = _no_type("opportunity", "Opportunity")
        self.roles = _no_type("opportunityRole", "OpportunityPersonRole")
        self.companies = _no_type("company", "Company")
        self.custom_types: dict[str, ObjectType] = {}
        self.forms: dict[int, str] = {}
        self.activities: list[Activity] = []
        self.imports: dict[int, ImportJob] = {}
        self.exports: dict[str, ExportJob] = {}
        self.partitions: dict[str, tuple[str, ...]] = {DEFAULT: (DEFAULT,)}
        """Lead partitions by workspace; the first is the workspace's primary one."""
        self.lead_owners: set[str] = set()
        self.behavior = Behavior()
        self._numbers: dict[str, int] = defaultdict(lambda: FIRST_NUMBER)

    def next_number(self, kind: str) -> int:
        """The next number of a kind of record; each kind counts for itself, from 1001."""
        self._numbers[kind] += 1
        return self._numbers[kind]

    def next_guid(self, kind: str) -> tuple[int, str]:
        """The next number of a kind and the GUID that goes with it; both repeat from run to run."""
        number = self.next_number(kind)
        return number, str(uuid.uuid5(GUIDS, f"{kind}/{number}"))

    def log(
        self,
        lead: Lead,
        soap_type: str,
        primary: tuple[str | None, int | None] = (None, None),
        attributes: Iterable[tuple[str, Value]] = (),
        *,
        campaign_id: int | None = None,
        field: str | None = None,
    ) -> Activity:
        """Write an activity to a lead's log; the clock moves on by one second."""
        activity = Activity(
            self.next_number("activity"),
            lead.id,
            self.clock.tick(),
            type_of(soap_type),
            primary[0],
            primary[1],
            tuple(attributes),
            campaign_id,
            field,
        )
        self.activities.append(activity)
        return activity

    def now(self) -> datetime:
        """The instance's time."""
        return self.clock.now()

    def program_named(self, name: str) -> Program | None:
        """The program of that name; names are unique."""
        return next((item for item in self.programs.values() if item.name == name), None)

    def program_name(self, program_id: int | None) -> str | None:
        """The name of a program by its id; None for none."""
        program = self.programs.get(program_id) if program_id is not None else None
        return program.name if program else None


def _no_type(name: str, soap_name: str) -> ObjectType:
    return ObjectType(name, soap_name, soap_name, FieldTable(()), (), ())
