"""Finds the rules that ship with the product: in the package of a wheel, at the root of a checkout."""

from pathlib import Path

from marketo_migrate.errors import RuleError

_PACKAGE = Path(__file__).resolve().parent.parent


def shipped_directory() -> Path:
    """The directory of the shipped rules.

    A wheel has it as `marketo_migrate/rules`, a checkout or an editable install beside the package.

    Raises:
        RuleError: Neither place has one, so the installation is broken.

    """
    places = (_PACKAGE / "rules", _PACKAGE.parent / "rules")
    for place in places:
        if (place / "operations").is_dir():
            return place
    looked = ", ".join(str(place) for place in places)
    raise RuleError((f"the shipped rules are missing: no operations directory in {looked} @ $",))
