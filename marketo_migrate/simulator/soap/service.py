"""The SOAP face: answers requests under /soap/mktows/<version> with a WSDL, an envelope or a fault."""

import hashlib
import hmac
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from marketo_migrate.model.record import record
from marketo_migrate.simulator.clock import parse_time
from marketo_migrate.simulator.exchange import HttpRequest, HttpResponse
from marketo_migrate.simulator.soap import (
    activities,
    campaigns,
    custom_objects,
    leads,
    lists,
    mobjects,
    programs,
)
from marketo_migrate.simulator.soap.envelope import Answered, Call, answer_envelope, read_call
from marketo_migrate.simulator.soap.faults import SoapFaultError, fault_envelope
from marketo_migrate.simulator.soap.wsdl import wsdl
from marketo_migrate.simulator.state import State

PATH = "/soap/mktows/"
XML = {"Content-Type": "text/xml; charset=utf-8"}

OPERATIONS: dict[str, Callable[[State, Call], dict[str, Answered]]] = {
    "deleteCustomObjects": custom_objects.delete,
    "deleteMObjects": mobjects.delete,
    "describeMObject": mobjects.describe,
    "getCampaignsForSource": campaigns.campaigns_for_source,
    "getChannels": programs.get_channels,
    "getCustomObjects": custom_objects.get,
    "getImportToListStatus": lists.import_status,
    "getLead": leads.get_lead,
    "getLeadActivity": activities.get_lead_activity,
    "getLeadChanges": activities.get_lead_changes,
    "getMObjects": mobjects.get,
    "getMultipleLeads": leads.get_multiple_leads,
    "getTags": programs.get_tags,
    "importToList": lists.import_to_list,
    "listMObjects": mobjects.list_objects,
    "listOperation": lists.list_operation,
    "mergeLeads": leads.merge,
    "requestCampaign": campaigns.request,
    "scheduleCampaign": campaigns.schedule,
    "syncCustomObjects": custom_objects.sync,
    "syncLead": leads.sync_lead,
    "syncMObjects": mobjects.sync,
    "syncMultipleLeads": leads.sync_multiple_leads,
}


SIGNATURE = re.compile(r"[0-9a-f]{40}")


@record
class SoapCredentials:
    """The user id and encryption key of the SOAP interface.

    `max_age` bounds a signature's age, if at all. A `trusting` interface accepts any user and key, but the
    header must be complete all the same.
    """

    user_id: str
    key: str
    max_age: timedelta | None = None
    trusting: bool = False

    def check(self, header: dict[str, str]) -> None:
        """Check the fields of an AuthenticationHeader.

        Raises:
            SoapFaultError: 20014 for missing or wrong fields, 20016 for a signature that is too old.

        """
        timestamp = header.get("requestTimestamp", "")
        user, sent = header.get("mktowsUserId", ""), header.get("requestSignature", "")
        if not self._accepts(user, sent, timestamp):
            raise SoapFaultError("20014")
        try:
            age = datetime.now(UTC) - parse_time(timestamp)
        except ValueError as error:
            raise SoapFaultError("20014", f"requestTimestamp '{timestamp}' is not a time") from error
        if self.max_age is not None and age > self.max_age:
            raise SoapFaultError("20016")

    def _accepts(self, user: str, sent: str, timestamp: str) -> bool:
        if self.trusting:
            return bool(user) and SIGNATURE.fullmatch(sent) is not None
        return user == self.user_id and hmac.compare_digest(signature(self.key, timestamp, user), sent)


def signature(key: str, timestamp: str, user_id: str) -> str:
    """The signature Adobe documents: HMAC-SHA1 of timestamp and user id, in lower case hexadecimal."""
    return hmac.new(key.encode(), f"{timestamp}{user_id}".encode(), hashlib.sha1).hexdigest()


def answer(
    state: State,
    credentials: SoapCredentials,
    request: HttpRequest,
    admit: Callable[[], str | None],
    remark: Callable[[str], None],
) -> HttpResponse:
    """Answer a request. `admit` gives a fault's code when limits refuse the call; `remark` takes notes."""
    version = request.parts.path.removeprefix(PATH).strip("/") or "2_7"
    if request.method == "GET":
        return HttpResponse(200, wsdl(version, f"{request.base}{PATH}{version}"), XML)
    try:
        if (refused := admit()) is not None:
            raise SoapFaultError(refused)
        call = read_call(request.body, version, remark)
        credentials.check(call.headers.get("AuthenticationHeader", {}))
        result = OPERATIONS[call.operation.name](state, call)
        return HttpResponse(200, answer_envelope(call.operation, result, version), XML)
    except SoapFaultError as fault:
        return HttpResponse(500, fault_envelope(fault), XML)
