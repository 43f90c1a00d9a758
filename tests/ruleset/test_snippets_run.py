"""Every snippet runs: as it stands in the rules, with values for its names, against the simulated Marketo.

What a snippet sends is checked by the simulator against the REST facts (`violations`).
"""

import json
from pathlib import Path
from typing import Any

import pytest
import requests
from marketorestpython.client import MarketoClient

from marketo_migrate.model.rules import Ruleset
from marketo_migrate.model.template import CLIENT_PATH, Placeholder, fill
from marketo_migrate.ruleset.load import load
from marketo_migrate.simulator.instance import DEMO, MUNCHKIN_ID, Instance
from marketo_migrate.simulator.transports import reached_in_process

SNIPPETS = [
    pytest.param(rule.name, variant.id, target, id=f"{rule.name}-{variant.id}-{target}")
    for rule in load().operations
    for variant in rule.variants
    for target in variant.targets
]
SHOW = {"leadID": 1001, "rid": "rid1"}
VALUES: dict[str, Any] = {
    "action": "createOrUpdate",
    "campaign_id": 1001,
    "campaign_name": "Send Alert",
    "content": b"email,firstName\nnew@example.com,New\n",
    "cookie": "id:123-ABC-456&token:_mch-example.com-1700000000000-10002",
    "email": "ann@example.com",
    "emails": ["ann@example.com", "bob@example.com"],
    "external_key": "opp-1",
    "external_keys": ["opp-1", "opp-2"],
    "filter_type": "email",
    "key": {"leadID": 1001},
    "keys": [SHOW],
    "key_value": "ann@example.com",
    "key_values": ["ann@example.com", "bob@example.com"],
    "latest": "2026-07-01T00:00:00Z",
    "lead_id": 1001,
    "lead_ids": [1001, 1002],
    "list_id": 1001,
    "list_name": "VIP",
    "loser_emails": ["bob@example.com"],
    "loser_ids": [1002, 1003],
    "name": "Send",
    "names": ["Webinar"],
    "object_name": "roadShow_c",
    "objects": [{**SHOW, "city": "Rome"}],
    "oldest": "2026-06-15T00:00:00Z",
    "opportunities": [{"externalOpportunityId": "opp-3", "name": "Lamps"}],
    "partition_name": "Default",
    "program_id": 1001,
    "program_name": "Webinar 12",
    "record": {"email": "new@example.com", "firstName": "New"},
    "records": [{"email": "new@example.com", "firstName": "New"}, {"email": "ann@example.com"}],
    "role": "Buyer",
    "rows": ["new@example.com,New"],
    "run_at": None,
    "since": "2026-01-01T00:00:00Z",
    "tag_type": "Region",
    "tag_types": ["Region"],
    "tag_value": "EMEA",
    "type_ids": ["1", "10"],
    "value": 1001,
    "winner_emails": ["ann@example.com"],
    "winner_id": 1001,
}
ID_RECORD = {"id": 1001, "firstName": "Anna"}
# What differs from VALUES in single variants.
OTHER: dict[str, dict[str, Any]] = {
    "getLead.id": {"lead_id": "1001"},
    "getMultipleLeads.ids": {"lead_ids": ["1001", "1002"]},
    "syncLead.id": {"record": ID_RECORD},
    "syncLead.id_and_email": {"record": {**ID_RECORD, "email": "anna@example.com"}},
    "syncMultipleLeads.ids": {"records": [ID_RECORD]},
    "syncMObjects.opportunities": {"name": "Chairs"},
    "getMObjects.role_of_lead": {"lead_id": "1001"},
    "getMObjects.other": {"lead_ids": ["1001"]},
    "describeMObject.unknown_object": {"object_name": "Opportunity"},
    "importToList.upsert": {"list_name": "Webinar Guests"},
    "importToList.upsert_asked": {"list_name": "Webinar Guests"},
    "importToList.unknown_mode": {"list_name": "Webinar Guests"},
    "importToList.list_only": {"list_name": "Webinar Guests"},
    "scheduleCampaign.named": {"campaign_name": "Monthly Mail", "program_name": "Newsletter"},
    "scheduleCampaign.unknown_names": {"campaign_name": "Monthly Mail", "program_name": "Newsletter"},
    "syncLead.foreign": {"record": {"favoriteColor": "green"}},
    "syncMultipleLeads.foreign": {"records": [{"favoriteColor": "green"}]},
}
# Names of fields that stand for the user's own, and those that the simulated instance has.
FIELDS = {
    "syncLead": ("foreignId", "favoriteColor"),
    "syncMultipleLeads": ("foreignId", "favoriteColor"),
    "getCustomObjects": ('"name"', '"city"'),
}


@pytest.fixture
def instance() -> Instance:
    return Instance()


@pytest.fixture
def clients(rest_class: Any) -> dict[str, Any]:
    return {
        "marketorestpython": MarketoClient(MUNCHKIN_ID, DEMO.client_id, DEMO.client_secret, max_retry_time=0),
        "requests": rest_class(MUNCHKIN_ID, DEMO.client_id, DEMO.client_secret),
    }


def code_of(rules: Ruleset, operation: str, variant: str, target: str) -> str:
    rule = rules.operation(operation)
    assert rule is not None
    found = rule.variant(variant)
    assert found is not None

    def client(placeholder: Placeholder) -> str | None:
        return "client" if placeholder.path == CLIENT_PATH else None

    return fill(found.targets[target], client)


def started_import(client: MarketoClient) -> int:
    """The batch id of an import that was just started."""
    return client.import_lead("csv", "import.csv")[0]["batchId"]


# The library leaves the file that it uploads open.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(("operation", "variant", "target"), SNIPPETS)
def test_snippet_runs(
    rules: Ruleset,
    instance: Instance,
    clients: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    operation: str,
    variant: str,
    target: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "import.csv").write_bytes(VALUES["content"])
    names = {**VALUES, "path": "import.csv", "json": json, "requests": requests, "client": clients[target]}
    names |= OTHER.get(f"{operation}.{variant}", {})
    code = code_of(rules, operation, variant, target).replace(*FIELDS.get(operation, ("", "")))
    with reached_in_process(instance, ("marketorestpython",)):
        if operation == "getImportToListStatus":
            names["batch_id"] = started_import(clients["marketorestpython"])
        exec(code, names)
    assert [str(item) for item in instance.violations] == []
