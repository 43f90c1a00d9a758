"""An instance that an option of the command line names goes on being named by it."""

import pytest
from judging import Verdict, judge
from people import people
from soap_programs import SIGN, STANDARD

from marketo_migrate.model.finding import Tier

URL = '"https://%s.mktoapi.com/soap/mktows/2_7?WSDL"'
ADDRESS = '"https://123-ABC-456.mktoapi.com/soap/mktows/2_7"'
OTHER = '"https://999-XYZ-999.mktoapi.com/soap/mktows/2_7"'
SHOW = """
def show(client):
    sign(client)
    key = client.factory.create("LeadKey")
    key.keyType = "EMAIL"
    key.keyValue = "ann@example.com"
    print(client.service.getLead(key).leadRecordList.leadRecord[0].Id)


"""
MUNCHKIN = """
parser = argparse.ArgumentParser()
parser.add_argument("--munchkin", default="999-XYZ-999")
args = parser.parse_args(["--munchkin", "123-ABC-456"])
"""
KNOWN = MUNCHKIN.replace("parse_args(", "parse_known_args(").replace("args =", "args, _ =")
ENDPOINT = f"""
parser = argparse.ArgumentParser()
parser.add_argument("--endpoint", default={OTHER})
args = parser.parse_args(["--endpoint", {ADDRESS}])
"""
OPTPARSE = """
parser = optparse.OptionParser()
parser.add_option("--munchkin", default="999-XYZ-999")
options, args = parser.parse_args(["--munchkin", "123-ABC-456"])
"""
PASSED = f"\n\ndef connect(args):\n    url = {URL} % args.munchkin\n    return Client(url)\n\n\n"
GIVEN = '\n\ndef connect(endpoint):\n    return Client(endpoint + "?WSDL")\n\n\n'
OBJECT = f"""
class Api:
    def __init__(self, args):
        self.url = {URL} % args.munchkin
        self.client = Client(self.url)


"""


def converted(body: str) -> Verdict:
    imports = (
        f"import argparse\nimport configparser\nimport optparse\n{STANDARD}\nfrom suds.client import Client\n"
    )
    text = f"{imports}{SIGN}{SHOW}{body}"
    verdict = judge({"main.py": text}, state=people, unsafe=True)
    assert not verdict.problems, "\n".join(verdict.problems)
    return verdict


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"{MUNCHKIN}show(Client({URL} % args.munchkin))\n", "args.munchkin,"),
        (f"{KNOWN}show(Client({URL} % args.munchkin))\n", "args.munchkin,"),
        (f'{MUNCHKIN}show(Client({URL} % vars(args)["munchkin"]))\n', 'vars(args)["munchkin"],'),
        (
            MUNCHKIN.replace('"--munchkin", default="999-XYZ-999"', '"munchkin"').replace(
                '"--munchkin", ', ""
            )
            + 'show(Client(f"https://{args.munchkin}.mktoapi.com/soap/mktows/2_7?WSDL"))\n',
            "args.munchkin,",
        ),
        (f"{PASSED}{MUNCHKIN}show(connect(args))\n", "args.munchkin"),
        (f"{OBJECT}{MUNCHKIN}show(Api(args).client)\n", "args.munchkin"),
        (f"{OPTPARSE}show(Client({URL} % options.munchkin))\n", "options.munchkin,"),
        (
            f'show(Client({URL} % os.environ.get("MY_MUNCHKIN", "123-ABC-456")))\n',
            'os.environ.get("MY_MUNCHKIN"',
        ),
        (
            'config = configparser.ConfigParser()\nconfig.read_string("[m]\\nid = 123-ABC-456\\n")\n'
            f'show(Client({URL} % config["m"]["id"]))\n',
            'config["m"]["id"],',
        ),
    ],
)
def test_an_expression_for_the_munchkin_id_stays(body: str, expected: str) -> None:
    verdict = converted(body)
    assert verdict.tiers == (Tier.SAFE,)
    assert expected in verdict.texts["main.py"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            f'{ENDPOINT}show(Client(args.endpoint + "?WSDL", location=args.endpoint))\n',
            "args.endpoint.split(",
        ),
        (
            f'{ENDPOINT}wsdl = args.endpoint + "?WSDL"\nshow(Client(wsdl))\n',
            'wsdl.split("//")[-1].split(".")[0]',
        ),
        (
            f"{GIVEN}{ENDPOINT}show(connect(args.endpoint))\n",
            "endpoint.split(",
        ),
    ],
)
def test_an_option_for_the_address_is_for_review(body: str, expected: str) -> None:
    verdict = converted(body)
    assert verdict.tiers == (Tier.REVIEW,)
    assert expected in verdict.texts["main.py"]
