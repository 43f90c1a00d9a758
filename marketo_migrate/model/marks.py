"""The marks that Marketo's SOAP API leaves in text: endpoint, namespace, header, `params…` elements."""

import re

ENDPOINT = re.compile(r"/soap/mktows|\bmktoapi\.com\b", re.IGNORECASE)
NAMESPACE = re.compile(r"www\.marketo\.com/mktows", re.IGNORECASE)
ELEMENT = re.compile(r"(?:\A|<|\}|(?<!\s)\s|(?<![\w/.\0-])[\w.\0-]{1,20}\s*:)\s*params([A-Z][A-Za-z]+)\b")
ACTION = re.compile(r"marketo\.com/mktows/([a-z][A-Za-z]+)")
HINT = re.compile(r"marketo|mkto", re.IGNORECASE)
OTHER_HOST = re.compile(
    r"\A\s*(?:https?|ftp)://(?:[\w.-]*@)?[\w-]+(?:\.[\w-]+)+(?=[/:?\s]|\Z)|\A\s*https?://localhost\b",
    re.IGNORECASE,
)
_XMLNS = re.compile(r"""xmlns(?::\w+)?\s*=\s*\\?["']([^"']+)""")
_NEUTRAL = re.compile(r"schemas\.xmlsoap\.org|\bw3\.org|marketo", re.IGNORECASE)
HEADER_FIELDS = ("mktowsUserId", "requestSignature", "requestTimestamp")


def is_strong(text: str) -> bool:
    """Whether a text names Marketo's SOAP endpoint, namespace or header field."""
    return "mktowsUserId" in text or ENDPOINT.search(text) is not None or NAMESPACE.search(text) is not None


def is_foreign(text: str) -> bool:
    """Whether a text is an address, or an envelope with a namespace, of somebody else's service."""
    if is_strong(text):
        return False
    if OTHER_HOST.search(text) is not None and "marketo" not in text.lower():
        return True
    return any(not _NEUTRAL.search(found) for found in _XMLNS.findall(text))
