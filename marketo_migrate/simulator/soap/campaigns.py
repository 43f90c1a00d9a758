"""SOAP's campaign operations: getCampaignsForSource, requestCampaign, scheduleCampaign."""

from marketo_migrate.simulator.campaigns import find_campaign, request_campaign, schedule_campaign
from marketo_migrate.simulator.records import Campaign
from marketo_migrate.simulator.soap.arguments import (
    boolean,
    child,
    children,
    integer,
    moment,
    needed_text,
    pairs,
    text,
)
from marketo_migrate.simulator.soap.envelope import Answered, Call, Sent
from marketo_migrate.simulator.soap.faults import SoapFaultError
from marketo_migrate.simulator.soap.leads import leads_by_key
from marketo_migrate.simulator.state import State

MOST_LEADS = 100
SALES = "SALES"


def campaigns_for_source(state: State, call: Call) -> dict[str, Answered]:
    """Give the active campaigns that can be requested; one in a program is named `Program.Campaign`."""
    source = needed_text(call.arguments, "source")
    wanted = text(call.arguments, "name")
    exact = boolean(call.arguments, "exactName")
    records: list[Answered] = []
    for campaign in state.campaigns.values():
        name = _full_name(state, campaign)
        if _offered(campaign, source) and (wanted is None or _named(name, wanted, exact=exact)):
            records.append({"id": campaign.id, "name": name, "description": campaign.description})
    return {"returnCount": len(records), "campaignRecordList": {"campaignRecord": records}}


def request(state: State, call: Call) -> dict[str, Answered]:
    """Run leads through a campaign, named by its id, or by campaign and program (then with tokens).

    Keys after the hundredth are ignored. An unknown lead is fault 20103; Adobe does not say.
    """
    arguments = call.arguments
    campaign = _requested(state, arguments)
    if not _offered(campaign, needed_text(arguments, "source")):
        raise SoapFaultError("20113", f"Campaign {campaign.id} cannot be requested")
    keys = children(arguments, "leadList", "leadKey")[:MOST_LEADS]
    if not keys:
        raise SoapFaultError("20109", "leadList is required")
    leads = [lead.id for key in keys for lead in leads_by_key(state, key)]
    request_campaign(state, campaign, leads, dict(pairs(arguments, "programTokenList", "attrib")))
    return {"success": True}


def schedule(state: State, call: Call) -> dict[str, Answered]:
    """Schedule a batch campaign."""
    arguments = call.arguments
    program, name = needed_text(arguments, "programName"), needed_text(arguments, "campaignName")
    campaign = find_campaign(state, program, name)
    if campaign is None or campaign.type != "batch":
        raise SoapFaultError("20113", f"No batch campaign {name} in program {program}")
    tokens = dict(pairs(arguments, "programTokenList", "attrib"))
    schedule_campaign(state, campaign, moment(arguments, "campaignRunAt"), tokens)
    return {"success": True}


def _requested(state: State, arguments: dict[str, Sent]) -> Campaign:
    number = integer(arguments, "campaignId")
    names = text(arguments, "programName"), text(arguments, "campaignName")
    if number is not None and (any(names) or child(arguments, "programTokenList")):
        raise SoapFaultError("20110", "campaignId cannot be combined with names or tokens")
    if number is not None:
        campaign = state.campaigns.get(number)
    elif names[0] and names[1]:
        campaign = find_campaign(state, names[0], names[1])
    else:
        raise SoapFaultError("20110", "campaignId, or programName with campaignName, is required")
    if campaign is None:
        raise SoapFaultError("20113", "No such campaign")
    return campaign


def _offered(campaign: Campaign, source: str) -> bool:
    chosen = campaign.for_sales if source == SALES else campaign.requestable
    return campaign.active and chosen


def _full_name(state: State, campaign: Campaign) -> str:
    program = state.program_name(campaign.program_id)
    return f"{program}.{campaign.name}" if program else campaign.name


def _named(name: str, wanted: str, *, exact: bool) -> bool:
    return name == wanted if exact else wanted.casefold() in name.casefold()
