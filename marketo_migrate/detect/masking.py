"""Takes secrets out of shown text: known keys by value, likely ones by the name or look of a literal."""

import re

MASK = "********"

_NAMED = re.compile(
    r"""(?ix)
    (\b\w*(?:encryption_?key|secret|passw(?:or)?d|api_?key|access_?key|private_?key|signing_?key|shared_?key
        |hmac_?key|user_?key|soap_?key|marketo_?key|mkto_?key|signature|credential|auth_?token|access_?token)\w*
        ["']?\]?\s*(?::\s*\w+\s*)?[:=,(]\s*[urb]{0,2}
    )(["'])((?:(?!\2)[^\\\n]|\\.){4,})\2
    """
)
_BARE = re.compile(
    r"(?i)(\b\w*(?:encryption_?key|soap_?key|user_?key|marketo_?key|mkto_?key|secret|passw(?:or)?d|api_?key|access_?key|private_?key|credential)\w*\s*[:=]\s*)"
    r"([^\s\"'#<>{}$%(),;]{6,})(?=\s*(?:$|[#;]))"
)
_OPAQUE = re.compile(r"""(["'])([A-Za-z0-9+/=_-]{20,})\1""")


def mask(text: str, secrets: frozenset[str]) -> str:
    """The text with every known secret and everything that looks like one replaced by a fixed mask."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, MASK)
    text = _NAMED.sub(lambda match: f"{match[1]}{match[2]}{MASK}{match[2]}", text)
    text = _BARE.sub(lambda match: match[1] + MASK, text)
    return _OPAQUE.sub(_mask_opaque, text)


def _mask_opaque(match: re.Match[str]) -> str:
    word = match[2]
    digits = sum(character.isdigit() for character in word)
    mixed = digits >= 4 and sum(character.isalpha() for character in word) >= 4
    return f"{match[1]}{MASK}{match[1]}" if mixed else match[0]
