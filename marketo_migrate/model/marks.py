"""The marks that only Marketo's SOAP API leaves in text: endpoint, namespace, header fields, `params…` elements."""

import re

ENDPOINT = re.compile(r"/soap/mktows|\bmktoapi\.com\b", re.IGNORECASE)
NAMESPACE = re.compile(r"www\.marketo\.com/mktows", re.IGNORECASE)
ELEMENT = re.compile(r"(?:[<:}{\s/]|\A)\s*params([A-Z][A-Za-z]+)\b")
ACTION = re.compile(r"marketo\.com/mktows/([a-z][A-Za-z]+)")
HINT = re.compile(r"marketo|mkto", re.IGNORECASE)
OTHER_HOST = re.compile(
    r"\A\s*(?:https?|ftp)://(?:[\w.-]*@)?[\w-]+(?:\.[\w-]+)+(?=[/:?\s]|\Z)|\A\s*https?://localhost\b", re.IGNORECASE
)
HEADER_FIELDS = ("mktowsUserId", "requestSignature", "requestTimestamp")
NEEDLES = ("mktows", "mktoapi", "mktoAPI", "MKTOWS")
"""What every file with a strong mark contains (case as met in real code)."""


def is_strong(text: str) -> bool:
    """Whether a text names Marketo's SOAP endpoint, namespace or header field."""
    return (
        "mktowsUserId" in text or ENDPOINT.search(text) is not None or NAMESPACE.search(text) is not None
    )
