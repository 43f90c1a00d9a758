"""Parts of small programs that read a lead by SOAP, for the tests to put together."""

WSDL = '"https://123-ABC-456.mktoapi.com/soap/mktows/2_7?WSDL"'
STANDARD = "import hashlib\nimport hmac\nimport os\nfrom datetime import datetime, timezone\n"
SIGNED = """

def signed():
    user = os.environ["MARKETO_USER_ID"]
    stamp = datetime.now(timezone.utc).isoformat()
    digest = hmac.new(os.environ["MARKETO_ENCRYPTION_KEY"].encode(), (stamp + user).encode(), hashlib.sha1)
    return {"mktowsUserId": user, "requestTimestamp": stamp, "requestSignature": digest.hexdigest()}


"""
AUTH = """

def auth():
    now = datetime.now(timezone.utc).isoformat()
    user = os.environ["MARKETO_USER_ID"]
    mac = hmac.new(os.environ["MARKETO_ENCRYPTION_KEY"].encode(), (now + user).encode(), hashlib.sha1)
    return {"authentication": {
        "mktowsUserId": user, "requestSignature": mac.hexdigest(), "requestTimestamp": now}}


"""
ZEEP_HEAD = f"{STANDARD}\nfrom zeep import Client\n\nclient = Client({WSDL})\n{AUTH}"
"""A zeep client, and the header for each of its calls."""
SIGN = """

def sign(client):
    header = client.factory.create("AuthenticationHeaderInfo")
    header.mktowsUserId = os.environ["MARKETO_USER_ID"]
    header.requestTimestamp = datetime.now(timezone.utc).isoformat()
    header.requestSignature = hmac.new(
        os.environ["MARKETO_ENCRYPTION_KEY"].encode(),
        (header.requestTimestamp + header.mktowsUserId).encode(),
        hashlib.sha1,
    ).hexdigest()
    client.set_options(soapheaders=header)


"""
ZEEP_NUMBER = """

def number(email):
    key = {"keyType": "EMAIL", "keyValue": email}
    answer = client.service.getLead(key, _soapheaders={"authentication": signed()})
    return answer.leadRecordList.leadRecord[0].Id


"""
SUDS_NUMBER = """

def number(email):
    header = client.factory.create("AuthenticationHeaderInfo")
    values = signed()
    header.mktowsUserId = values["mktowsUserId"]
    header.requestTimestamp = values["requestTimestamp"]
    header.requestSignature = values["requestSignature"]
    client.set_options(soapheaders=header)
    key = client.factory.create("LeadKey")
    key.keyType = "EMAIL"
    key.keyValue = email
    return client.service.getLead(key).leadRecordList.leadRecord[0].Id


"""


def zeep(body: str, *, imports: str = "from zeep import Client\nfrom zeep.exceptions import Fault\n") -> str:
    """A program with `client`, `number(email)` and a body that uses them."""
    return f"{STANDARD}\n{imports}{SIGNED}client = Client({WSDL})\n{ZEEP_NUMBER}{body}"


def suds(body: str, *, imports: str = "from suds import WebFault\nfrom suds.client import Client\n") -> str:
    """The same over suds."""
    return f"{STANDARD}\n{imports}{SIGNED}client = Client({WSDL})\n{SUDS_NUMBER}{body}"
