"""Takes typed values out of a request that was read: texts, numbers, truth values, times, lists of objects.

None and an empty text both count as not given, as they did for Marketo. A value that does not fit is fault
20110, a missing one that is needed 20109.
"""

from datetime import datetime

from marketo_migrate.simulator.clock import parse_time
from marketo_migrate.simulator.soap.envelope import Sent
from marketo_migrate.simulator.soap.faults import SoapFaultError
from marketo_migrate.simulator.values import truth


def text(arguments: dict[str, Sent], name: str) -> str | None:
    """A text; None where it is not given."""
    value = arguments.get(name)
    return value if isinstance(value, str) and value else None


def needed_text(arguments: dict[str, Sent], name: str) -> str:
    """A text that must be given."""
    value = text(arguments, name)
    if value is None:
        raise SoapFaultError("20109", f"{name} is required")
    return value


def integer(arguments: dict[str, Sent], name: str) -> int | None:
    """A whole number; None where it is not given."""
    value = text(arguments, name)
    return whole(value, name) if value is not None else None


def whole(value: str, name: str) -> int:
    """A text as a whole number."""
    try:
        return int(value)
    except ValueError as error:
        raise SoapFaultError("20110", f"{name}: '{value}' is not a number") from error


def boolean(arguments: dict[str, Sent], name: str, *, default: bool = False) -> bool:
    """A truth value."""
    value = text(arguments, name)
    return default if value is None or not value.strip() else truth(value)


def moment(arguments: dict[str, Sent], name: str) -> datetime | None:
    """A time; None where it is not given."""
    value = text(arguments, name)
    try:
        return parse_time(value) if value is not None else None
    except ValueError as error:
        raise SoapFaultError("20110", f"{name}: '{value}' is not a time") from error


def child(arguments: dict[str, Sent], name: str) -> dict[str, Sent]:
    """An object; an empty one where it is not given."""
    value = arguments.get(name)
    return value if isinstance(value, dict) else {}


def children(arguments: dict[str, Sent], name: str, item: str) -> list[dict[str, Sent]]:
    """The objects of a list type, such as the `leadKey`s of `leadList`."""
    held = child(arguments, name).get(item)
    return [value for value in held if isinstance(value, dict)] if isinstance(held, list) else []


def texts(arguments: dict[str, Sent], name: str, item: str = "stringItem") -> list[str]:
    """The texts of a list type, empty ones left out."""
    held = child(arguments, name).get(item)
    return [value for value in held if isinstance(value, str) and value] if isinstance(held, list) else []


def pairs(arguments: dict[str, Sent], name: str, item: str = "attribute") -> list[tuple[str, str]]:
    """The name/value pairs of a list of attributes (`attrName`/`attrValue`) or attribs (`name`/`value`)."""
    keys = ("attrName", "attrValue") if item == "attribute" else ("name", "value")
    return [
        (needed_text(pair, keys[0]), text(pair, keys[1]) or "") for pair in children(arguments, name, item)
    ]
