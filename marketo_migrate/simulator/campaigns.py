"""Campaigns as both faces see them: found by id or names, requested for leads, scheduled."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from marketo_migrate.simulator.records import Campaign, CampaignRun
from marketo_migrate.simulator.state import State

DEFAULT_DELAY = timedelta(minutes=5)
"""When a campaign is scheduled without a time it runs five minutes after the call."""


def find_campaign(state: State, program_name: str, campaign_name: str) -> Campaign | None:
    """The campaign of that name in that program."""
    program = state.program_named(program_name)
    if program is None:
        return None
    found = (item for item in state.campaigns.values() if item.program_id == program.id)
    return next((item for item in found if item.name == campaign_name), None)


def request_campaign(
    state: State, campaign: Campaign, leads: Iterable[int], tokens: Mapping[str, str]
) -> CampaignRun:
    """Run leads through a requestable campaign. Token names carry their braces."""
    return _record(state, campaign, tuple(leads), tokens, None)


def schedule_campaign(
    state: State, campaign: Campaign, run_at: datetime | None, tokens: Mapping[str, str]
) -> CampaignRun:
    """Schedule a batch campaign; without a time it runs in five minutes."""
    return _record(state, campaign, (), tokens, run_at or state.now() + DEFAULT_DELAY)


def _record(
    state: State,
    campaign: Campaign,
    leads: tuple[int, ...],
    tokens: Mapping[str, str],
    run_at: datetime | None,
) -> CampaignRun:
    run = CampaignRun(campaign.id, leads, tuple(sorted(tokens.items())), run_at)
    state.runs.append(run)
    return run
