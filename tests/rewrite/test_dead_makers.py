"""Functions that nothing calls and that make request objects: they go with SOAP, and stop nothing else."""

import textwrap

from judging import judge
from people import people
from soap_programs import SIGN, STANDARD, WSDL

HEAD = f"{STANDARD}\nfrom suds.client import Client\n{SIGN}\nclient = Client({WSDL})\n"
USE = """
    def attribute(name, value):
        found = client.factory.create("Attribute")
        found.attrName, found.attrValue = name, value
        return found


    class Leads:
        def __init__(self, client):
            self.client = client

        def by_number(self, number):
            key = self.client.factory.create("LeadKey")
            key.keyType, key.keyValue = "IDNUM", number
            return key

        def find(self, mail):
            sign(self.client)
            key = self.client.factory.create("LeadKey")
            key.keyType, key.keyValue = "EMAIL", mail
            return self.client.service.getLead(key).leadRecordList.leadRecord[0].Id


    print(Leads(client).find("bob@example.com"))
"""
RECORD = """

    def record(mail, city):
        made = client.factory.create("LeadRecord")
        made.Email = mail
        made.leadAttributeList = client.factory.create("ArrayOfAttribute")
        made.leadAttributeList.attribute = [attribute("City", city)]
        return made
"""


def program(*parts: str) -> str:
    return HEAD + "".join(textwrap.dedent(part) for part in parts)


def test_makers_that_nothing_calls_go_and_those_that_only_they_call() -> None:
    verdict = judge({"main.py": program(USE, RECORD)}, state=people)
    assert verdict.rewritten, verdict.reasons
    assert not verdict.problems
    text = verdict.texts["main.py"]
    assert not [name for name in ("record", "attribute", "by_number", "factory") if f"{name}(" in text]


def test_one_that_does_more_is_named() -> None:
    spoken = RECORD.replace("    made.Email", '    print("made", city)\n        made.Email')
    verdict = judge({"main.py": program(USE, spoken)}, state=people)
    [reason] = verdict.reasons
    assert reason.startswith("record() makes a request object, nothing calls it, and it does more than that")


def test_one_that_may_be_called_from_outside_stays() -> None:
    for more in ('\n__all__ = ["record"]\n', "\nprint(callable(record))\n"):
        verdict = judge({"main.py": program(USE, RECORD, more)}, state=people)
        assert verdict.reasons == ("a request object is made here that no call which is rewritten sends",)


SIGNING = """
    class Soap:
        def __init__(self):
            self.client = Client(%s)

        def signed(self):
            header = self.client.factory.create("AuthenticationHeaderInfo")
            for name in ("mktowsUserId", "requestTimestamp", "requestSignature"):
                setattr(header, name, os.environ["MARKETO_USER_ID"])
            self.client.set_options(soapheaders=header)
            return self.client.service


    soap = Soap()
    key = soap.client.factory.create("LeadKey")
    key.keyType, key.keyValue = "EMAIL", "bob@example.com"
    print(soap.signed().getLead(key).leadRecordList.leadRecord[0].Id)
"""


def test_one_that_new_text_calls_is_called() -> None:
    text = f"{STANDARD}\nfrom suds.client import Client\n" + textwrap.dedent(SIGNING % WSDL)
    verdict = judge({"main.py": text.replace("setattr(", "object.__setattr__(")}, state=people)
    assert verdict.reasons == ("a request object is made here that no call which is rewritten sends",)


VALUES = """
    values = {"mktowsUserId": user, "requestTimestamp": stamp, "requestSignature": mac.hexdigest()}
    for name, value in values.items():
        setattr(header, name, value)
    client.set_options(soapheaders=header)
"""


def test_a_header_that_a_loop_fills_by_name_goes() -> None:
    text = program(USE, RECORD)
    start = text.index("    header.mktowsUserId")
    end = text.index("    client.set_options(soapheaders=header)\n", start)
    signing = (
        '    user, stamp = os.environ["MARKETO_USER_ID"], datetime.now(timezone.utc).isoformat()\n'
        '    key = os.environ["MARKETO_ENCRYPTION_KEY"]\n'
        "    mac = hmac.new(key.encode(), (stamp + user).encode(), hashlib.sha1)"
    )
    rest = text[end:].partition("\n")[2]
    verdict = judge({"main.py": text[:start] + signing + VALUES + rest}, state=people)
    assert verdict.rewritten, verdict.reasons
    assert not verdict.problems
    assert "setattr" not in verdict.texts["main.py"]


INNER = """

    def save(mail, city):
        def made(name, value):
            found = client.factory.create("Attribute")
            found.attrName, found.attrValue = name, value
            return found

        sign(client)
        record = client.factory.create("LeadRecord")
        record.Email = mail
        record.leadAttributeList = client.factory.create("ArrayOfAttribute")
        record.leadAttributeList.attribute = [made("City", city), made("FirstName", "Bea")]
        return str(client.service.syncLead(record, False).syncStatus.status)


    print(save("bob@example.com", "Rome"))
"""


def test_one_inside_of_the_function_that_calls() -> None:
    verdict = judge({"main.py": program(INNER)}, state=people, unsafe=True)
    assert verdict.rewritten, verdict.reasons
    assert not verdict.problems
    assert "def made" not in verdict.texts["main.py"]
