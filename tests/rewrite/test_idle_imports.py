"""Imports of the SOAP library that nothing read before: they go when nothing else needs the library."""

import pytest
from judging import judge
from people import people
from soap_programs import suds, zeep

PRINTED = 'print(number("ann@example.com"))\n'


@pytest.mark.parametrize("text", [suds(PRINTED), zeep(PRINTED)])
def test_they_go_with_the_last_use(text: str) -> None:
    verdict = judge({"main.py": text}, state=people)
    assert verdict.rewritten
    assert "Fault" not in verdict.texts["main.py"]


@pytest.mark.parametrize(
    ("line", "module"),
    [
        ("from suds import WebFault  # noqa: F401\nfrom suds.client import Client\n", {}),
        (
            "from suds import WebFault\nfrom suds.client import Client\n",
            {"compat.py": "from main import WebFault\n"},
        ),
        ('from suds import WebFault\nfrom suds.client import Client\n__all__ = ["WebFault"]\n', {}),
        (
            "from suds.client import Client\ntry:\n    from suds import WebFault\nfinally:\n    pass\n",
            {},
        ),
    ],
)
def test_they_stay_where_somebody_may_want_them(line: str, module: dict[str, str]) -> None:
    verdict = judge({"main.py": suds(PRINTED, imports=line), **module}, state=people)
    assert verdict.rewritten
    assert "WebFault" in verdict.texts["main.py"]


def test_they_stay_beside_a_call_that_stays() -> None:
    body = f"""{PRINTED}
client.set_options(soapheaders=signed())
print(client.service.listMObjects() is None)
"""
    verdict = judge({"main.py": suds(body)}, state=people, unsafe=True)
    assert "from suds import WebFault\n" in verdict.texts["main.py"]
