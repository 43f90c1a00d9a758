"""What a simulated instance holds. Records change in place; `State` owns them."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from marketo_migrate.model.record import record
from marketo_migrate.simulator.activity_types import ActivityType
from marketo_migrate.simulator.lead_fields import FieldTable
from marketo_migrate.simulator.values import Value

DEFAULT = "Default"


@dataclass(slots=True)
class Lead:
    """A person. `values` are by REST name; `foreign` are SOAP's foreign person ids, which REST never shows.

    An `anonymous` lead is only a cookie so far; REST does not see it.
    """

    id: int
    created_at: datetime
    updated_at: datetime
    values: dict[str, Value] = field(default_factory=dict)
    foreign: dict[str, str] = field(default_factory=dict)
    cookies: list[str] = field(default_factory=list)
    partition: str = DEFAULT
    owner_email: str | None = None
    anonymous: bool = False


@dataclass(slots=True)
class Activity:
    """An event in a lead's log. `primary` and its id stand for the asset; `field` is set on data changes."""

    id: int
    lead_id: int
    at: datetime
    type: ActivityType
    primary: str | None
    primary_id: int | None
    attributes: tuple[tuple[str, Value], ...]
    campaign_id: int | None = None
    field: str | None = None


@dataclass(slots=True)
class StaticList:
    """A static list, in a program (then SOAP's listOperation cannot reach it) or in a folder."""

    id: int
    name: str
    created_at: datetime
    updated_at: datetime
    program_id: int | None = None
    description: str = ""
    workspace: str = DEFAULT
    members: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Cost:
    """A period cost of a program; `month` is the first of the month."""

    id: int
    month: date
    amount: int
    note: str = ""


@dataclass(slots=True)
class Program:
    """A program with its tags, costs and My Tokens; `members` gives each member's status."""

    id: int
    name: str
    channel: str
    created_at: datetime
    updated_at: datetime
    type: str = "Default"
    description: str = ""
    workspace: str = DEFAULT
    folder_id: int = 20
    folder_name: str = "Campaigns"
    status: str = ""
    archived: bool = False
    tags: dict[str, str] = field(default_factory=dict)
    costs: list[Cost] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)
    members: dict[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class Campaign:
    """A smart campaign. `requestable`: it has the trigger Campaign is Requested, source Web Service API."""

    id: int
    name: str
    type: Literal["batch", "trigger"]
    created_at: datetime
    updated_at: datetime
    program_id: int | None = None
    description: str = ""
    active: bool = True
    requestable: bool = False
    for_sales: bool = False
    workspace: str = DEFAULT


@record
class CampaignRun:
    """What an API call made a campaign do: `run_at` is set where it was scheduled."""

    campaign_id: int
    leads: tuple[int, ...]
    tokens: tuple[tuple[str, str], ...]
    run_at: datetime | None


@record
class ProgressionStatus:
    """A status of a channel."""

    name: str
    step: int
    success: bool = False
    hidden: bool = False
    check_in: str | None = None


@record
class Channel:
    """A channel with its progression statuses."""

    id: int
    name: str
    program_type: str
    statuses: tuple[ProgressionStatus, ...]
    created_at: datetime


@record
class TagType:
    """A tag type with its allowed values."""

    name: str
    values: tuple[str, ...]
    required: bool = False
    program_types: str = "program, event, nurture"


@dataclass(slots=True)
class ObjectRecord:
    """A record of an opportunity, a role or a custom object; `id` is SOAP's number, `guid` REST's key."""

    id: int
    guid: str
    created_at: datetime
    updated_at: datetime
    values: dict[str, Value] = field(default_factory=dict)


@dataclass(slots=True)
class ObjectType:
    """A kind of record with its fields and keys; `links` gives field → the kind it points to.

    `id_field` is the key that Marketo itself gives: the GUID, or the number of a company.
    """

    name: str
    soap_name: str
    label: str
    fields: FieldTable
    dedupe: tuple[str, ...]
    searchable: tuple[tuple[str, ...], ...]
    links: dict[str, str] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    id_field: str = "marketoGUID"
    records: dict[str, ObjectRecord] = field(default_factory=dict)


@dataclass(slots=True)
class ImportJob:
    """A list import, by SOAP or in bulk. Its effect is immediate; `polls` counts the looks at its status."""

    id: int
    list_id: int | None
    program_name: str | None
    list_name: str | None
    created_at: datetime
    imported: int = 0
    failures: list[tuple[str, str]] = field(default_factory=list)
    header: str = ""
    ignored: int = 0
    polls: int = 0
    object_name: str | None = None


@dataclass(slots=True)
class ExportJob:
    """A bulk extract; `content` is filled when it is enqueued."""

    id: str
    kind: Literal["leads", "activities"]
    fields: tuple[str, ...]
    filter: dict[str, object]
    format: str
    headers: dict[str, str]
    created_at: datetime
    status: str = "Created"
    content: str = ""
    records: int = 0
