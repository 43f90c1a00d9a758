"""What did not change since the base is not looked at again: the result is that of two whole scans."""

import json
from collections.abc import Callable, Mapping

import pytest

from tests.gate.conftest import LEADS, Repository

Run = Callable[..., tuple[int, str, str]]

JOB = "from crm.leads import find_lead, save\n\nsave(1, 2)\n"
OTHER = "from suds.client import Client\n\nClient('https://1-a-1.mktoapi.com/soap/mktows/2_7').service.getTags()\n"


@pytest.mark.parametrize(
    ("base", "now"),
    [
        ({}, {"crm/leads.py": LEADS + "\n\nclient.service.getLead(2)\n"}),
        ({"jobs/night.py": JOB}, {"jobs/night.py": JOB + "find_lead(1)\n"}),
        ({"jobs/night.py": "", "other.py": OTHER}, {"jobs/night.py": JOB}),
        ({"other.py": OTHER}, {"jobs/night.py": JOB}),
        ({"other.py": OTHER + "# marketo-migrate: ignore\n"}, {"other.py": OTHER}),
        ({"crm/leads.py": LEADS}, {"crm/leads.py": "from crm.connection import client\n"}),
        ({"crm/connection.py": "client = None\n"}, {"crm/connection.py": "client = 1 +\n"}),
        ({"crm/connection.py": "client = None\n"}, {"crm/__init__.py": "# nothing\n"}),
    ],
)
def test_it_is_as_if_all_were_scanned_twice(
    repository: Repository, run: Run, base: Mapping[str, str], now: Mapping[str, str]
) -> None:
    repository.write({**base, "app.ini": "x = 1\n"})
    repository.commit()
    repository.git("branch", "base")
    repository.write(now)
    quick = _gate(run)
    # With a changed settings file the whole commit is scanned.
    repository.write({"app.ini": "x = 2\n"})
    assert _gate(run) == quick


def _gate(run: Run) -> object:
    _, out, _ = run("gate", "--base", "base", "--format", "json")
    result = json.loads(out)
    return result["findings"], result["problems"]
