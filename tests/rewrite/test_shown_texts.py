"""suds shows texts without quotes in a list, in a dict and by repr(); that changes, and it is said."""

import pytest
from awkward import SUDS, ZEEP
from judging import judge
from people import people

from marketo_migrate.model.finding import Tier
from marketo_migrate.rewrite.differences import SHOWN

SUDS_SAVE = """

def save(email):
    record = client.factory.create("LeadRecord")
    record.Email = email
    return client.service.syncLead(record, False)


answer = save("ann@example.com")
"""
ZEEP_SAVE = """

def save(email):
    record = {"Email": email}
    return client.service.syncLead(record, False, _soapheaders={"authentication": signed()})


answer = save("ann@example.com")
"""
SHOWING = [
    "print({'id': answer.leadId, 'status': answer.syncStatus.status})",
    "print([answer.syncStatus.status])",
    "print((answer.leadId, answer.syncStatus.status))",
    "print(repr(answer.syncStatus.status))",
    "print(f'{answer.syncStatus.status!r}')",
    "print('%r' % answer.syncStatus.status)",
    "print('{!r}'.format(answer.syncStatus.status))",
    "print('saved: %s' % [answer.syncStatus.status])",
    "rows = []\nrows.append(answer.syncStatus.status)\nprint('saved', rows)",
    "rows = ['saved']\nrows.append(answer.syncStatus.status)\nprint(rows)",
    "print([text for text in (answer.syncStatus.status, 'x')])",
    "def show(row):\n    print(f'row {row}')\nshow({'status': answer.syncStatus.status})",
]
PLAIN = [
    "print(answer.leadId, answer.syncStatus.status)",
    "print([answer.leadId])",
    "print('%s is %s' % (answer.leadId, answer.syncStatus.status))",
    "print({'status': str(answer.syncStatus.status)})",
    "print(f'{answer.syncStatus.status}')",
    "print(json.dumps({'status': answer.syncStatus.status}))",
    "print(repr(answer.leadId))",
]


@pytest.mark.parametrize("code", SHOWING)
def test_texts_that_are_shown_with_quotes_now(code: str) -> None:
    assert judge({"main.py": f"{SUDS}{SUDS_SAVE}{code}\n"}, state=people).reasons == (SHOWN,)
    verdict = judge({"main.py": f"{SUDS}{SUDS_SAVE}{code}\n"}, state=people, unsafe=True)
    assert (verdict.problems, verdict.tiers, verdict.differences) == ((), (Tier.REVIEW,), (SHOWN,))


@pytest.mark.parametrize("code", PLAIN)
def test_texts_that_are_shown_as_they_were(code: str) -> None:
    verdict = judge({"main.py": f"{SUDS}{SUDS_SAVE}{code}\n"}, state=people)
    assert (verdict.problems, verdict.tiers) == ((), (Tier.SAFE,))


@pytest.mark.parametrize("code", [*SHOWING, *PLAIN])
def test_texts_of_zeep_are_texts_of_python(code: str) -> None:
    verdict = judge({"main.py": f"{ZEEP}{ZEEP_SAVE}{code}\n"}, state=people)
    assert (verdict.problems, verdict.tiers) == ((), (Tier.SAFE,))
