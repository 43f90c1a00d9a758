"""Names for REST credentials in the place of those for SOAP: the prefix, order and case of the old name stay."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

MUNCHKIN = re.compile(r"(?<![0-9A-Za-z])(\d{3}-[A-Za-z]{3}-\d{3})(?![0-9A-Za-z])")


class Role(StrEnum):
    """What a value is for the SOAP client, by what stands in its place for the REST client."""

    ENDPOINT = "munchkin_id"
    USER = "client_id"
    KEY = "client_secret"

    @property
    def variable(self) -> str:
        """The environment variable of the REST value."""
        return f"MARKETO_{self.value.upper()}"


@dataclass(slots=True)
class CredentialPlan:
    """What a second try does: arguments by construction, edits by place, nodes that stay, files that need `os`.

    `final`: nothing more will be found out.
    """

    arguments: dict[int, dict[Role, str]] = field(default_factory=dict)
    edits: dict[tuple[str, int, int], str] = field(default_factory=dict)
    kept: set[int] = field(default_factory=set)
    with_os: set[str] = field(default_factory=set)
    final: bool = False

    def merge(self, other: "CredentialPlan") -> None:
        """Take over what another plan does."""
        self.edits.update(other.edits)
        self.kept |= other.kept
        self.with_os |= other.with_os


_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SOAP_WORDS = frozenset(
    {
        "soap", "wsdl", "ws", "api", "mktows", "user", "users", "id", "uid", "userid", "username", "login", "access",
        "encryption", "encrypt", "enc", "key", "secret", "signing", "sign", "shared", "private", "endpoint", "url",
        "uri", "host", "address", "location", "server", "service", "u", "k", "who", "usr", "encryptionkey", "pw",
        "password",
    }
)  # fmt: skip


def rest_name(name: str, role: Role) -> str:
    """The name of the REST value, from the name that the SOAP value has."""
    start = len(name) - len(name.lstrip("_"))
    words = _WORDS.findall(name[start:])
    kept = [word for word in words if word.lower() not in _SOAP_WORDS]
    first = next((i for i, word in enumerate(words) if word.lower() in _SOAP_WORDS), len(words))
    before = [word for word in words[:first] if word in kept]
    if words and not before and len(kept) == len(words):
        before = [] if len(words) == 1 else words[:-1]
        kept = before
    new = role.value.split("_")
    parts = [*(w.lower() for w in before), *new, *(w.lower() for w in kept[len(before) :])]
    bare = name[start:]
    if bare.isupper():
        return name[:start] + "_".join(parts).upper()
    if "_" not in bare and bare != bare.lower():
        camel = "".join(part.capitalize() for part in parts)
        return name[:start] + (camel if bare[0].isupper() else camel[0].lower() + camel[1:])
    return name[:start] + "_".join(parts)
