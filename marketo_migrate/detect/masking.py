"""Takes secrets out of shown text: known keys by value, likely ones by their name, their place or their look.

Better a harmless word too much is hidden than a key too little; names of settings are never hidden.
"""

import re
from functools import lru_cache

MASK = "********"

_KEY_NAMES = (
    r"(?:encryption|signing|shared|private|access|api|hmac|soap|user|marketo|mkto|secret)[_.\- ]?key"
    r"|secret|passw(?:or)?d|passphrase|\bpass_?\b|pwd|signature|credential|(?:auth|access)[_.\-]?token|user[_.\-]?id|mktows[_.\-]?user"
)
# In code: `encryption_key = "…"`, `{"secret": b"…"}`, `Client(password="…")`, `("secret", "…")`.
_NAMED = re.compile(
    rf"""(?ix)
    (\b\w{{0,60}}(?:{_KEY_NAMES})\w{{0,40}}["']?\]?\s*(?::\s*\w+\s*)?(?:[:=,(]+|!=)\s*(?:lambda\s*:\s*)?[urbf]{{0,2}})
    (["'])((?:(?!\2)[^\\\n]|\\.){{4,}})\2
    """
)
# `encryption_key = os.environ.get("…") or "…"`, `… else "…"`.
_FALLBACK = re.compile(
    rf"""(?ix)
    (\b\w{{0,60}}(?:{_KEY_NAMES})\w{{0,40}}["']?\]?[ \t]*(?::[ \t]*\w+[ \t]*)?=(?!=)
    [^\n]{{0,200}}?\b(?:or|else)[ \t]+[urbf]{{0,2}})
    (["'])((?:(?!\2)[^\\\n]|\\.){{4,}})\2
    """
)
# `def get_password(): return "…"`.
_RETURNED = re.compile(
    rf"""(?ix)
    (\bdef[ \t]+\w{{0,60}}(?:{_KEY_NAMES})\w{{0,40}}\([^()\n]{{0,200}}\)
    [^:\n]{{0,80}}:\s*return[ \t]+[urbf]{{0,2}})
    (["'])((?:(?!\2)[^\\\n]|\\.){{4,}})\2
    """
)
# `secret = """…"""`, over several lines, too.
_TRIPLE = re.compile(
    rf"""(?isx)
    (\b\w{{0,60}}(?:{_KEY_NAMES})\w{{0,40}}["']?\]?[ \t]*(?::[ \t]*\w+[ \t]*)?[=(][ \t]*[urbf]{{0,2}})
    ("{{3}}|'{{3}})((?:(?!\2).){{4,2000}}?)\2
    """
)
# `key = "…"`, `token = "…"` say little; a long value without blanks that is no address of a person says more.
_KEY = re.compile(
    r"""(?i)((?<![a-z])(?:key|token)["']?\]?\s*[:=]+\s*[urbf]{0,2})(["'])(?!https?:|[\w.+-]+@[\w-]+\.[\w.-]+\2)([^\s"']{16,})\2"""
)
_NAMES_ONE = re.compile(r"(?i)key|secret|pass|pwd|signature|credential|token|user")
"""What stands in every name of a key: a text without is quickly told."""
_WORD = re.compile(r"\w+")
_BEGINS_ONE = re.compile(
    rf"(?i){_NAMES_ONE.pattern.removeprefix('(?i)')}|(?:encryption|signing|shared|private|access|api|hmac|soap|marketo|mkto|auth)\Z"
)
"""A word with which the name of a key may begin: `shared-key` is two."""
# At the end of a line of a comment or a text: `encryption key: …`.
_BARE = re.compile(
    rf"(?im)(\b\w*(?:{_KEY_NAMES})\w*\s*[:=]\s*)([^\s\"'#<>{{}}$%(),;]{{6,}})(?<!\[)(?=[ \t]*(?:$|[#;\"']))"
)
# Within a text or an address: `user=… password=…`.
_INLINE = re.compile(
    rf"(?i)(\b\w{{0,60}}(?:{_KEY_NAMES}|token)\w{{0,40}}=)"
    r"([^\s\"'#<>{}$%(),;&\\=\[][^\s\"'#<>{}$%(),;&\\]{5,})(?<!\[)(?=[\s\"'&;\\])"
)
# The texts of a login: `auth=(user, "…")`, `HTTPBasicAuth("…", "…")`, `"credentials": {"a": "…", "b": "…"}`.
_LOGIN = re.compile(
    r"(?i)((?:\b\w*(?:credentials?|secrets?)|\bauth)[\"']?\]?\s*[:=]\s*[{\[(]|\bHTTP\w*Auth\s*\()"
    r"([^{}\[\]()]{1,1000})"
)
_TEXT = re.compile(r"""(["'])((?:(?!\1)[^\\\n]|\\.){4,})\1(?!\s*:)""")
# The value of an Authorization header.
_SCHEME = re.compile(r"(?i)(\b(?:bearer|basic|token)[ \t]+)([\w+/=.~:!@#$^&*-]{12,})")
_WEB_TOKEN = re.compile(r"(?<![\w.-])eyJ[\w-]{10,}(?:\.[\w-]{4,}){0,2}")
# The value of an element; a placeholder to be filled in is none.
_ELEMENT = re.compile(
    rf"(?i)(<(?:[\w-]+:)?[\w-]*(?:{_KEY_NAMES})[\w-]*(?:\s[^<>]*)?>)"
    r"(?!\s*(?:%\(?\w*\)?[sr]|\$?\{{1,2}[^{}<>]*\}{1,2}|\$\w+)\s*<)([^<>]{4,})(?=<|$)"
)
_USER_AND_PASSWORD = re.compile(r"(?<=://)[^\s\"'<>/:@]+:(?!\d{1,5}(?:/|$))[^\s\"'<>]*(?=@)")
_IN_ADDRESS = re.compile(
    rf"(?i)([?&;][\w.-]*(?:{_KEY_NAMES}|key|user|token|sig)[\w.-]*=)(?!\{{|%\(|%s)([^\s\"'<>&]{{4,}})"
)

# Marketo's user ids: `company1_4612345678ABCDEF`.
_USER_ID = re.compile(r"(?i)(?<![A-Za-z0-9])[a-z][a-z0-9-]*_(?=(?:[a-f]*\d){6})[0-9a-f]{12,}(?![A-Za-z0-9])")
_QUOTED = re.compile(r"""(["'])([A-Za-z0-9+/=_-]{20,})\1""")
_DIGITS = re.compile(r"(?<![\w.])\d{18,}(?![\w.])")
_HEXADECIMAL = re.compile(
    r"(?i)(?<![A-Za-z0-9])(?=[0-9]*[a-f])(?=(?:[a-f]*\d){4})[0-9a-f]{20,}(?![A-Za-z0-9])"
)
_ENCODED = re.compile(r"(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{20,}={0,2}(?![A-Za-z0-9+/=])")

# A user id and its key come in a pair: `Client(wsdl, "********", "…")`.
_SECOND = re.compile(r"""((["'])\*{8}\2\s*,\s*[urbf]{0,2})(["'])(?!\*{8}\3)([^\s"'/]{8,})\3""")
_FIRST = re.compile(r"""(["'])([^\s"'/]{8,})\1(?=\s*,\s*[urbf]{0,2}(["'])\*{8}\3)""")

_FIELDS = frozenset({"mktowsUserId", "requestSignature", "requestTimestamp"})
"""Fields of Marketo's SOAP header: they name secrets and are none."""

# A sentence, an address, a place to fill in; the name of a setting or of a key rather than its value.
_NO_SECRET = re.compile(rf"(?i)\s|://|%\(|\{{|\A[\w.-]*(?:{_KEY_NAMES})[\w.-]*\Z")
_VARIABLE = re.compile(r"[A-Z]+(?:_(?:[A-Z]+|\d{1,3}))+")
_NAME = re.compile(r"[A-Za-z]+(?:[_.][A-Za-z]+)+|[A-Za-z]{1,19}")

# In settings, where values need no quotes: `encryption_key = …`, `{secret: …}`, `KEY=… USER=…`.
_SETTING = re.compile(
    r"(?i)((?<![\w.-])[\w.-]*(?:key|secret|pass(?:w(?:or)?d|phrase)?|pwd|token|signature|credentials?|user(?:[_.-]?(?:id|name))?|login)"
    r"(?:[_.-]?(?:value|v?\d+))?[\"']?\s*(?:=>|[:=])\s*)"
    r"(?:\"([^\"\n]*)\"|'([^'\n]*)'|([^\s\"'<>{\[][^\s\"'<>]*?)(?=[,;}\]]*(?:\s|$)))"
)


@lru_cache(maxsize=1_000)
def mask(text: str, secrets: frozenset[str]) -> str:
    """Code with every known secret and everything that looks like one replaced by a fixed mask."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, _hidden(secret))
    text = _NAMED.sub(lambda match: _unless_field(match, match[3]), text)
    for pattern in (_KEY, _FALLBACK, _RETURNED, _TRIPLE):
        text = pattern.sub(lambda match: f"{match[1]}{match[2]}{_hidden(match[3])}{match[2]}", text)
    text = _LOGIN.sub(lambda match: match[1] + _TEXT.sub(_mask_login, match[2]), text)
    for pattern in (_BARE, _INLINE, _SCHEME, _ELEMENT, _IN_ADDRESS):
        text = pattern.sub(lambda match: match[1] + _hidden(match[2]), text)
    for pattern in (_USER_AND_PASSWORD, _WEB_TOKEN, _USER_ID, _DIGITS, _HEXADECIMAL):
        text = pattern.sub(MASK, text)
    text = _QUOTED.sub(_mask_quoted, text)
    text = _ENCODED.sub(lambda match: MASK if _is_encoded(match[0]) else match[0], text)
    text = _SECOND.sub(lambda match: _unless_field(match, match[4]), text)
    return _FIRST.sub(lambda match: match[0] if match[2] in _FIELDS else f"{match[1]}{MASK}{match[1]}", text)


def named_secrets(text: str) -> frozenset[str]:
    """The values that a text gives to names of keys: to be hidden without the name, too."""
    if not _NAMES_ONE.search(text):
        return frozenset()
    found = {match[3] for pattern in (_KEY, _RETURNED) for match in pattern.finditer(text)}
    # The names of the others begin with a word: tried where such a word stands, not at every letter.
    telling = {word for word in set(_WORD.findall(text)) if _BEGINS_ONE.search(word)}
    starts = [match.start() for match in _WORD.finditer(text) if match[0] in telling]
    at_words = (pattern.match(text, start) for pattern in (_NAMED, _FALLBACK, _TRIPLE) for start in starts)
    found |= {match[3] for match in at_words if match is not None}
    return frozenset(
        value
        for value in found
        if len(value) >= 12 and not _NO_SECRET.search(value) and not _NAME.fullmatch(value)
    )


def mask_settings(line: str) -> str:
    """A line of a settings file likewise; there a name is enough, whatever its value looks like."""
    return mask(_SETTING.sub(_mask_setting, line), frozenset())


def _mask_setting(match: re.Match[str]) -> str:
    value = next(group for group in match.groups()[1:] if group is not None)
    # The address is what the finding is about; what is secret within it is masked by its own rules.
    if "://" in value or "/soap/" in value or not value:
        return match[0]
    quote = '"' if match[2] is not None else "'" if match[3] is not None else ""
    return f"{match[1]}{quote}{MASK}{quote}"


def _hidden(secret: str) -> str:
    """The mask, with as many line ends as the secret has: what follows stays on its line."""
    return MASK + "\n" * secret.count("\n")


def _unless_field(match: re.Match[str], value: str) -> str:
    """The match with its quoted value masked, but for the name of the next entry of a dict or a header."""
    before = match[0].removesuffix(f"{match[0][-1]}{value}{match[0][-1]}")
    follows = match.string[match.end() : match.end() + 20].lstrip()
    is_key = (
        before.rstrip("urbfURBF").rstrip().endswith(",") and follows.startswith(":") and value.isidentifier()
    )
    return match[0] if is_key or value in _FIELDS else f"{before}{match[0][-1]}{MASK}{match[0][-1]}"


def _mask_login(match: re.Match[str]) -> str:
    """One of the texts of a login masked, but for an address or the name of a setting."""
    return match[0] if _NO_SECRET.search(match[2]) else f"{match[1]}{MASK}{match[1]}"


def _mask_quoted(match: re.Match[str]) -> str:
    word = match[2]
    if _VARIABLE.fullmatch(word):
        return match[0]
    digits = sum(character.isdigit() for character in word)
    mixed = digits >= 4 and sum(character.isalpha() for character in word) >= 4
    return f"{match[1]}{MASK}{match[1]}" if mixed else match[0]


def _is_encoded(word: str) -> bool:
    """Whether a word without blanks is bytes in base 64 rather than a path or a long name."""
    return sum(character.isdigit() for character in word) >= 3 and any(
        len(part) >= 12
        and any(character.isdigit() for character in part)
        and any(character.isupper() for character in part)
        and any(character.islower() for character in part)
        for part in word.split("/")
    )
