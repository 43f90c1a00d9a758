"""Positions in a result that clients hand back: opaque texts, as Adobe's are."""

import base64
import binascii
import json
from collections.abc import Mapping


class BadPositionError(ValueError):
    """A position that this instance did not give out."""


def position_text(position: Mapping[str, str | int | None]) -> str:
    """Write a position as a token."""
    return base64.b32encode(json.dumps(position, sort_keys=True).encode()).decode()


def read_position(token: str, kind: str) -> dict[str, str | int | None]:
    """Read a token of a kind (the value under `kind` in it).

    Raises:
        BadPositionError: For anything that `position_text` did not write for that kind.

    """
    try:
        position = json.loads(base64.b32decode(token.encode()))
    except (binascii.Error, ValueError) as error:
        raise BadPositionError(token) from error
    if not isinstance(position, dict) or position.get("kind") != kind:
        raise BadPositionError(token)
    return position


def page_start(token: str | None, kind: str) -> int:
    """Where the page begins that a token stands for; 0 without one.

    Raises:
        BadPositionError: See `read_position`.

    """
    if not token:
        return 0
    start = read_position(token, kind).get("start")
    if not isinstance(start, int):
        raise BadPositionError(token)
    return start
