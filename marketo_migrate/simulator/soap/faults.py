"""SOAP faults: Adobe's codes with their short messages, and the envelope that carries one."""

from xml.sax.saxutils import escape

from marketo_migrate.simulator.facts import soap_facts

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"

MESSAGES = {
    "10001": "Internal Error",
    "20011": "Internal Error",
    "20012": "Request Not Understood",
    "20013": "Access Denied",
    "20014": "Authentication failed",
    "20015": "Request Limit Exceeded",
    "20016": "Request Expired",
    "20017": "Invalid Request",
    "20019": "Unsupported Operation",
    "20022": "Time range specified in query filter exceeded limit",
    "20023": "Rate Limit Exceeded",
    "20024": "Concurrency Limit Exceeded",
    "20101": "Lead key required",
    "20102": "Lead key bad",
    "20103": "Lead not found",
    "20104": "Lead detail required",
    "20105": "Lead attribute bad",
    "20106": "Lead sync failed",
    "20107": "Activity key bad",
    "20108": "Lead owner not found",
    "20109": "Parameter required",
    "20110": "Bad parameter",
    "20111": "List not found",
    "20113": "Campaign not found",
    "20114": "Bad parameter",
    "20122": "Bad stream position",
    "20123": "Stream at end",
}
"""Adobe's list of SOAP error codes."""

SERVER_SIDE = frozenset({"10001", "20011"})


class SoapFaultError(Exception):
    """A call cannot be answered: `code` is one of `MESSAGES`, `detail` what a reader wants to know."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} - {MESSAGES[code]}")
        self.code = code
        self.detail = detail or MESSAGES[code]


def fault_envelope(fault: SoapFaultError) -> bytes:
    """The answer with which Marketo reported a fault (HTTP status 500)."""
    role = "Server" if fault.code in SERVER_SIDE else "Client"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<SOAP-ENV:Envelope xmlns:SOAP-ENV="{ENVELOPE}"><SOAP-ENV:Body><SOAP-ENV:Fault>'
        f"<faultcode>SOAP-ENV:{role}</faultcode><faultstring>{escape(str(fault))}</faultstring>"
        f'<detail><ns1:serviceException xmlns:ns1="{soap_facts().namespace}"><name>mktServiceException</name>'
        f"<message>{escape(fault.detail)} ({fault.code})</message><code>{fault.code}</code>"
        "</ns1:serviceException></detail></SOAP-ENV:Fault></SOAP-ENV:Body></SOAP-ENV:Envelope>"
    ).encode()
