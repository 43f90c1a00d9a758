"""A suppression in words, the same in every format that people read."""

from marketo_migrate.model.suppression import Suppression, SuppressionSource, SuppressionState

_WHERE = {
    SuppressionSource.LINE: "",
    SuppressionSource.FILE: " in the whole file",
    SuppressionSource.NOQA: "",
    SuppressionSource.SETTINGS: " in {pattern}",
}


def describe(suppression: Suppression) -> str:
    """What it covers, what became of it, until when and why, in one line."""
    rules = ", ".join(suppression.rules) or "every rule"
    where = _WHERE[suppression.source].format(pattern=suppression.pattern)
    until = f" (until {suppression.until})" if suppression.until else ""
    reason = f": {suppression.reason}" if suppression.reason else ""
    return f"{rules}{where}: {_fate(suppression)}{until}{reason}"


def _fate(suppression: Suppression) -> str:
    match suppression.state:
        case SuppressionState.USED:
            count = len(suppression.fingerprints)
            return f"hides {count} finding{'' if count == 1 else 's'}"
        case SuppressionState.UNUSED:
            return "hides nothing, remove it"
        case SuppressionState.EXPIRED:
            return "has expired"
        case SuppressionState.INVALID:
            return f"is not valid, {suppression.problem}"
