# ruff: noqa: E501 - programs as people write them
"""A call that is the last thing in a module is rewritten like any other; what it reads stays."""

from judging import judge
from people import people
from soap_programs import ZEEP_HEAD

SAVING = """
import csv
import io

service = client.service


def save(text):
    for row in csv.DictReader(io.StringIO(text)):
        record = {"Email": row["mail"], "leadAttributeList": {"attribute": [{"attrName": "City", "attrValue": row["city"]}]}}
        service.syncLead(record, False, _soapheaders=auth())
"""
MAIN = 'import leads\n\nleads.save("mail,city\\nann@example.com,Rome\\n")\nprint("done")\n'


def test_a_module_that_others_use_may_end_with_a_call() -> None:
    verdict = judge({"main.py": MAIN, "leads.py": ZEEP_HEAD + SAVING}, state=people)
    assert verdict.problems == ()
    assert "service.create_update_leads(" in verdict.texts["leads.py"]


def test_a_function_that_nothing_calls_may_end_with_a_call() -> None:
    verdict = judge({"main.py": ZEEP_HEAD + SAVING}, state=people)
    assert verdict.problems == ()
    assert "service = client\n" in verdict.texts["main.py"]
    assert "import csv\n" in verdict.texts["main.py"]
