"""The files of a unit that is being written, and what puts them back: after a failure, or in the next run."""

from collections.abc import Iterable, Sequence

from marketo_migrate.model.record import record
from marketo_migrate.writers.directory import Directory, NotAFileError
from marketo_migrate.writers.journal import digest


@record
class Place:
    """A file of the unit: where it is, the names of its two copies, its digests before and after.

    `before` is None for a file that the unit adds; `shown` is what messages call it.
    """

    shown: str
    directory: Directory
    name: str
    new_name: str
    old_name: str
    before: str | None
    after: str


def all_written(places: Iterable[Place]) -> bool:
    """Whether every file holds its new bytes: then the unit is complete, whatever copies are left."""
    return all(_digest(place) == place.after for place in places)


def put_back(places: Sequence[Place]) -> tuple[str, ...]:
    """Give every file that holds its new bytes the old ones back; what could not be done, in sentences.

    A file that somebody edited since it was replaced is left as it is.
    """
    problems = []
    for place in places:
        try:
            problem = _put_back(place)
        except OSError as error:
            problem = f"{place.shown} could not be put back: {(error.strerror or str(error)).lower()}"
        if problem:
            problems.append(problem + _whereabouts(place))
        else:
            place.directory.sync()
    return tuple(problems)


def clear(places: Iterable[Place]) -> None:
    """Delete the copies; raises `OSError`."""
    for place in places:
        place.directory.remove(place.new_name)
        place.directory.remove(place.old_name)


def _put_back(place: Place) -> str | None:
    now = _digest(place)
    if now == place.before:
        return None
    if now == place.after and place.before is None:
        place.directory.remove(place.name)
        return None
    if now == place.after:
        place.directory.replace(place.old_name, place.name)
        return None
    # The new bytes are renamed away from this name when the file is replaced.
    if place.directory.exists(place.new_name) or not place.directory.exists(place.old_name):
        return None
    return f"{place.shown} was changed after it had been rewritten, and is left as it is"


def _whereabouts(place: Place) -> str:
    if place.before is None:
        return "."
    return f"; its old content is in {place.old_name} beside it."


def _digest(place: Place) -> str | None:
    """What the file holds: None where there is none, an empty text for what is no file."""
    try:
        return digest(place.directory.read(place.name)[0])
    except FileNotFoundError:
        return None
    except NotAFileError:
        return ""
