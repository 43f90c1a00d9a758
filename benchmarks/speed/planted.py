"""Files that use Marketo's SOAP API, written in the styles of the fixtures: names and places vary, calls are counted.

A service is five modules of one package: settings, a connection, two modules that call through it, a job
that calls the callers. Around the calls stands ordinary code of no interest.
"""

from collections.abc import Iterator
from dataclasses import dataclass

SETTINGS = '''\
"""Settings of {name}."""
import os

MARKETO_WSDL = "https://{munchkin}.mktoapi.com/soap/mktows/2_7?WSDL"
MARKETO_USER = os.environ["{upper}_MARKETO_USER"]
MARKETO_KEY = os.environ["{upper}_MARKETO_KEY"]
BATCH = {batch}
'''

CONNECTION = '''\
"""The connection of {name} to Marketo."""
import datetime
import hashlib
import hmac

from {library} import {imported}
{extra_import}
from {name}.settings import MARKETO_KEY, MARKETO_USER, MARKETO_WSDL


class Connection:
    def __init__(self, wsdl=MARKETO_WSDL):
        self.client = {construct}

    def header(self):
        stamp = datetime.datetime.now().strftime("%Y-%m-%dT%H:%M:%S+00:00")
        digest = hmac.new(MARKETO_KEY.encode(), (stamp + MARKETO_USER).encode(), hashlib.sha1)
        return {{"mktowsUserId": MARKETO_USER, "requestSignature": digest.hexdigest(), "requestTimestamp": stamp}}

    @property
    def service(self):
        {signed}
        return self.client.service
'''

LEADS = '''\
"""Leads of {name}."""
from {name}.connection import Connection
from {name}.settings import BATCH

connection = Connection()


def find(email):
    key = {{"keyType": "EMAIL", "keyValue": email}}
    result = connection.service.getLead(leadKey=key)
    return result.leadRecordList.leadRecord[0]


def activity(email, position=None):
    key = {{"keyType": "EMAIL", "keyValue": email}}
    return connection.service.getLeadActivity(leadKey=key, startPosition=position, batchSize=BATCH)


def save(email, attributes):
    record = {{"Email": email, "leadAttributeList": {{"attribute": attributes}}}}
    return connection.service.syncLead(leadRecord=record, returnLead=False)


def save_all(records):
    for start in range(0, len(records), BATCH):
        connection.service.syncMultipleLeads(leadRecordList={{"leadRecord": records[start : start + BATCH]}})


def changed(since):
    position = {{"oldestCreatedAt": since}}
    page = connection.service.getLeadChanges(startPosition=position, batchSize=BATCH)
    while page.remainingCount:
        yield from page.leadChangeRecordList.leadChangeRecord
        page = connection.service.getLeadChanges(startPosition=page.newStartPosition, batchSize=BATCH)
'''

CAMPAIGNS = '''\
"""Campaigns of {name}."""
from {name}.connection import Connection


class Campaigns:
    def __init__(self, connection=None):
        self._connection = connection or Connection()

    def names(self):
        return self._call("getCampaignsForSource", source="MKTOWS")

    def request(self, campaign, emails):
        keys = [{{"keyType": "EMAIL", "keyValue": email}} for email in emails]
        return self._connection.service.requestCampaign(source="MKTOWS", campaignId=campaign, leadList={{"leadKey": keys}})

    def schedule(self, program, campaign, when):
        return self._connection.service.scheduleCampaign(program, campaign, when)

    def members(self, name):
        key = {{"keyType": "MKTOLISTNAME", "keyValue": name}}
        operation = getattr(self._connection.service, "listOperation")
        return operation(listOperation="ISMEMBEROFLIST", listKey=key)

    def _call(self, operation, **arguments):
        return getattr(self._connection.service, operation)(**arguments)
'''

JOB = '''\
"""The nightly job of {name}."""
import logging

from {name} import leads
from {name}.campaigns import Campaigns

log = logging.getLogger(__name__)


def nightly(rows):
    campaigns = Campaigns()
    for row in rows:
        leads.save(row["email"], row["attributes"])
    for change in leads.changed("2015-01-01T00:00:00"):
        log.info("changed: %s", change)
    campaigns.request({campaign}, [row["email"] for row in rows])


def one(email):
    return leads.find(email), leads.activity(email)
'''

# Of no interest, with words that only sound as if.
ORDINARY = '''

def {verb}_{noun}_{number}(rows, limit={number}, *, strict=False):
    """Ordinary code {number}: groups rows by {noun} and keeps the first of each."""
    grouped = {{}}
    for index, row in enumerate(rows):
        key = row.get("{noun}") or row.get("id", index)
        if strict and key in grouped:
            raise ValueError(f"{noun} {{key!r}} stands twice")
        grouped.setdefault(key, []).append({{**row, "rank": index % {number}}})
    result = [items[0] for items in grouped.values() if len(items) <= limit]
    return sorted(result, key=lambda item: (item["rank"], str(item.get("name", ""))))
'''

_LIBRARIES = (
    ("suds.client", "Client", "", "Client(wsdl, timeout=60)", "self.client.set_options(soapheaders=self.header())"),
    ("zeep", "Client", "from zeep.transports import Transport", "Client(wsdl, transport=Transport())",
     "self.client.set_default_soapheaders([self.header()])"),
    ("suds.client", "Client as SoapClient", "", "SoapClient(wsdl)",
     "self.client.set_options(soapheaders=(self.header(),))"),
)  # fmt: skip
_NOUNS = ("account", "invoice", "region", "channel", "product", "segment", "owner")
_VERBS = ("load", "group", "merge", "clean", "rank")
CALLS = 6 + 4
"""Calls of SOAP methods in one service: those of `leads` and of `campaigns`."""


@dataclass(frozen=True, slots=True)
class PlantedFile:
    """A file by its POSIX path below the corpus."""

    path: str
    text: str


def services(count: int, *, ordinary: int = 3, where: str = "") -> Iterator[PlantedFile]:
    """The files of `count` services, five each, with `ordinary` functions of no interest in every file."""
    for index in range(count):
        yield from service(f"{where}crm_{index:04}", index, ordinary=ordinary)


def service(place: str, index: int, *, ordinary: int) -> Iterator[PlantedFile]:
    """The files of one service; its package is the last part of `place`."""
    name = place.rpartition("/")[2]
    library, imported, extra, construct, signed = _LIBRARIES[index % len(_LIBRARIES)]
    words = {
        "name": name,
        "upper": name.upper(),
        "munchkin": f"{100 + index % 900}-abc-{100 + index * 7 % 900}",
        "batch": 50 + index % 250,
        "campaign": 1000 + index,
        "library": library,
        "imported": imported,
        "extra_import": extra,
        "construct": construct,
        "signed": signed,
    }
    modules = {
        "settings": SETTINGS,
        "connection": CONNECTION,
        "leads": LEADS,
        "campaigns": CAMPAIGNS,
        "job": JOB,
    }
    for number, (module, template) in enumerate(modules.items()):
        text = template.format(**words) + "".join(
            _ordinary(index * 31 + number * 7 + n) for n in range(ordinary)
        )
        yield PlantedFile(f"{place}/{module}.py", text)


def _ordinary(seed: int) -> str:
    return ORDINARY.format(
        verb=_VERBS[seed % len(_VERBS)], noun=_NOUNS[seed % len(_NOUNS)], number=seed % 97 + 1
    )
