"""A small instance to try things on: some people, lists, programs and campaigns, told in one place."""

from datetime import date, timedelta

from marketo_migrate.simulator.clock import Clock
from marketo_migrate.simulator.lead_fields import lead_fields
from marketo_migrate.simulator.leads import create_lead
from marketo_migrate.simulator.lists import add_member
from marketo_migrate.simulator.object_types import company_type, custom_type, opportunity_type, role_type
from marketo_migrate.simulator.objects import Action, write_record
from marketo_migrate.simulator.records import (
    Campaign,
    Channel,
    Cost,
    Lead,
    Program,
    ProgressionStatus,
    StaticList,
    TagType,
)
from marketo_migrate.simulator.state import State
from marketo_migrate.simulator.values import DataType, Field, Value

CUSTOM_FIELDS = (
    Field(201, "favoriteColor", "Favorite_Color__c", "Favorite Color", searchable=True, custom=True),
    Field(202, "memberSince", "Member_Since__c", "Member Since", DataType.DATE, None, custom=True),
    Field(
        203,
        "loyaltyPoints",
        "Loyalty_Points__c",
        "Loyalty Points",
        DataType.INTEGER,
        None,
        searchable=True,
        custom=True,
    ),
    Field(204, "optIn", "Opt_In__c", "Opt In", DataType.BOOLEAN, None, custom=True),
    Field(205, "lastPurchase", "Last_Purchase__c", "Last Purchase", DataType.DATETIME, None, custom=True),
)

PEOPLE: tuple[dict[str, Value], ...] = (
    {"email": "ann@example.com", "firstName": "Ann", "lastName": "Lee", "leadScore": 62, "city": "Austin"},
    {
        "email": "bob@example.com",
        "firstName": "Bob",
        "lastName": "Ng",
        "leadScore": 7,
        "phone": "650-555-1000",
    },
    {"email": "cho@example.com", "firstName": "Cho", "lastName": "Park", "unsubscribed": True},
    {"email": "dia@example.com", "firstName": "Dia", "lastName": "Roy", "sfdcLeadId": "00Q000000000001"},
    {"email": "eve@example.com", "lastName": "Stone", "favoriteColor": "green", "loyaltyPoints": 120},
    {"email": "twin@example.com", "firstName": "First", "lastName": "Twin"},
    {"email": "twin@example.com", "firstName": "Second", "lastName": "Twin"},
)
"""Leads 1001 to 1007; 1006 and 1007 share an address."""

ANN_COOKIE = "id:123-ABC-456&token:_mch-example.com-1700000000000-10001"
ANONYMOUS_COOKIE = "id:123-ABC-456&token:_mch-example.com-1700000000000-10002"


def empty_state(clock: Clock | None = None) -> State:
    """An instance with fields, channels and tag types, but no records."""
    state = State(clock, lead_fields(CUSTOM_FIELDS))
    state.opportunities = opportunity_type()
    state.roles = role_type()
    state.companies = company_type()
    road_show = (
        ("leadID", "MKTOID", "Lead ID", DataType.INTEGER),
        ("rid", "rid", "Road Show Id", DataType.STRING),
        ("city", "city", "City", DataType.STRING),
        ("zip", "zip", "Zip", DataType.STRING),
        ("state", "state", "State", DataType.STRING),
        ("attendees", "attendees", "Attendees", DataType.INTEGER),
    )
    state.custom_types["roadShow_c"] = custom_type(
        "roadShow_c", "RoadShow", road_show, ("leadID", "rid"), "leadID"
    )
    car = (
        ("vin", "vin", "VIN", DataType.STRING),
        ("leadID", "MKTOID", "Lead ID", DataType.INTEGER),
        ("make", "make", "Make", DataType.STRING),
        ("year", "year", "Year", DataType.INTEGER),
    )
    state.custom_types["car_c"] = custom_type("car_c", "Car", car, ("vin",), "leadID")
    state.channels = _channels(state)
    state.tag_types = [
        TagType("Region", ("North America", "EMEA", "APAC")),
        TagType("Product", ("CBS, CPS", "All IP"), required=True),
    ]
    state.forms = {1: "Contact us"}
    state.partitions = {"Default": ("Default",), "Europe": ("Europe",)}
    return state


def demo_state(clock: Clock | None = None) -> State:
    """The seed: `empty_state` with the records that the documentation and the tests speak of."""
    state = empty_state(clock)
    leads = [create_lead(state, person) for person in PEOPLE]
    ann, bob, cho, dia = leads[:4]
    ann.cookies.append(ANN_COOKIE)
    bob.foreign["CUSTOM"] = "crm-2"
    dia.owner_email = "owner@example.com"
    state.lead_owners.add("owner@example.com")
    _anonymous(state)
    _programs(state)
    _lists(state, ann, bob, cho)
    _campaigns(state)
    _web_activity(state, ann)
    _records(state, ann, bob)
    return state


def _channels(state: State) -> list[Channel]:
    now = state.now()
    webinar = (
        ProgressionStatus("Not in Program", 0, hidden=True),
        ProgressionStatus("Invited", 10),
        ProgressionStatus("Registered", 20),
        ProgressionStatus("Attended", 40, success=True),
    )
    show = (
        ProgressionStatus("Not in Program", 0, hidden=True),
        ProgressionStatus("Invited", 10, check_in="None"),
        ProgressionStatus("Visited Booth", 30, success=True, check_in="Attended"),
    )
    return [
        Channel(1, "Webinar", "event", webinar, now),
        Channel(2, "Tradeshow", "event", show, now),
        Channel(3, "Email Send", "program", webinar[:2], now),
    ]


def _anonymous(state: State) -> None:
    now = state.now()
    number = state.next_number("lead")
    state.leads[number] = Lead(number, now, now, cookies=[ANONYMOUS_COOKIE], anonymous=True)


def _programs(state: State) -> None:
    for name, channel, tags in (
        ("Webinar 12", "Webinar", {"Region": "EMEA", "Product": "All IP"}),
        ("Spring Show", "Tradeshow", {"Region": "North America"}),
        ("Newsletter", "Email Send", {}),
    ):
        now = state.clock.tick()
        program = Program(state.next_number("program"), name, channel, now, now, tags=dict(tags))
        program.tokens = {"{{my.message}}": "Hello"}
        state.programs[program.id] = program
    first = state.programs[1001]
    first.type = "Event"
    first.costs.append(Cost(state.next_number("cost"), date(2026, 6, 1), 2000, "Room"))
    first.members = {1001: "Registered", 1002: "Invited"}


def _lists(state: State, ann: Lead, bob: Lead, cho: Lead) -> None:
    for name, program_id, people in (
        ("Newsletter Readers", None, (ann, bob)),
        ("VIP", None, (cho,)),
        ("Webinar Guests", 1001, (ann,)),
    ):
        now = state.clock.tick()
        static_list = StaticList(state.next_number("list"), name, now, now, program_id)
        state.lists[static_list.id] = static_list
        for lead in people:
            add_member(state, static_list, lead)


def _campaigns(state: State) -> None:
    for name, kind, program_id, requestable, active in (
        ("Send Alert", "trigger", 1001, True, True),
        ("Score Up", "trigger", None, True, True),
        ("Dormant", "trigger", None, True, False),
        ("Monthly Mail", "batch", 1003, False, True),
    ):
        now = state.clock.tick()
        campaign = Campaign(
            state.next_number("campaign"),
            name,
            "batch" if kind == "batch" else "trigger",
            now,
            now,
            program_id,
        )
        campaign.requestable, campaign.active = requestable, active
        state.campaigns[campaign.id] = campaign
    state.campaigns[1002].for_sales = True


def _web_activity(state: State, ann: Lead) -> None:
    for minute in range(3):
        state.clock.advance(timedelta(minutes=minute))
        state.log(
            ann,
            "VisitWebpage",
            ("pricing", 71),
            (("Client IP Address", "192.0.2.7"), ("Webpage URL", f"/pricing?visit={minute}")),
        )
    state.log(ann, "OpenEmail", ("June News", 12), (("Device", "Desktop"),), campaign_id=1004)


def _records(state: State, ann: Lead, bob: Lead) -> None:
    for key, name, amount in (("opp-1", "Chairs", 1604.5), ("opp-2", "Desks", 900.0)):
        values: dict[str, Value | None] = {
            "externalOpportunityId": key,
            "name": name,
            "amount": amount,
            "stage": "Open",
        }
        write_record(state, state.opportunities, values, Action.CREATE, ("externalOpportunityId",))
    role: dict[str, Value | None] = {
        "externalOpportunityId": "opp-1",
        "leadId": ann.id,
        "role": "Buyer",
        "isPrimary": True,
    }
    write_record(state, state.roles, role, Action.CREATE, state.roles.dedupe)
    shows = state.custom_types["roadShow_c"]
    for lead, rid, city in ((ann, "rid1", "San Mateo"), (ann, "rid2", "Austin"), (bob, "rid1", "Boston")):
        show: dict[str, Value | None] = {"leadID": lead.id, "rid": rid, "city": city, "attendees": 40}
        write_record(state, shows, show, Action.CREATE, shows.dedupe)
