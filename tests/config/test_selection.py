"""Selectors against rule codes and names."""

import pytest

from marketo_migrate.config.selection import is_selected, unknown_selectors
from marketo_migrate.config.settings import Settings


@pytest.mark.parametrize(
    ("select", "ignore", "wanted"),
    [
        ((), (), True),
        (("MKT101",), (), True),
        (("mkt101",), (), True),
        (("MKT1",), (), True),
        (("getLead",), (), True),
        (("get",), (), False),
        (("MKT2",), (), False),
        (("MKT2", "getLead"), (), True),
        ((), ("MKT101",), False),
        (("MKT101",), ("getLead",), False),
        (("MKT",), ("MKT102",), True),
    ],
)
def test_is_selected(select: tuple[str, ...], ignore: tuple[str, ...], wanted: bool) -> None:
    assert is_selected(Settings(select=select, ignore=ignore), "MKT101", "getLead") is wanted


def test_unknown_selectors() -> None:
    settings = Settings(select=("MKT1", "getLeads"), ignore=("getLead", "MKT9", "getLeads"))
    assert unknown_selectors(settings, [("MKT101", "getLead")]) == ("getLeads", "MKT9")
