"""Real clients on simulated instances: zeep, suds and marketorestpython, each on one of its own.

`sides.zeep.getLead(leadKey=…)`, `sides.suds.getLead(…)` and `sides.rest.get_lead_by_id(…)` go through the
libraries' own code to three instances that began alike, so that what they did to them can be compared.
"""

from collections.abc import Callable
from functools import cache
from types import GeneratorType
from typing import Any

from marketo_migrate.simulator.exchange import HttpRequest
from marketo_migrate.simulator.instance import DEMO, MUNCHKIN_ID, Instance
from marketo_migrate.simulator.snapshot import differences
from marketo_migrate.simulator.soap.service import signature
from marketo_migrate.simulator.transports import Library, reached_in_process

NAMESPACE = "{http://www.marketo.com/mktows/}"
TIMESTAMP = "2026-07-01T04:00:00-05:00"
AUTHENTICATION = {
    "mktowsUserId": DEMO.soap_user,
    "requestSignature": signature(DEMO.soap_key, TIMESTAMP, DEMO.soap_user),
    "requestTimestamp": TIMESTAMP,
}


def wsdl_address(version: str) -> str:
    return f"https://{MUNCHKIN_ID}.mktoapi.com/soap/mktows/{version}?WSDL"


@cache
def zeep_client(version: str) -> Any:
    import zeep

    with reached_in_process(Instance(), ("requests",)):
        return zeep.Client(wsdl_address(version))


@cache
def suds_client(version: str) -> Any:
    from suds.client import Client

    with reached_in_process(Instance(), ("http.client",)):
        client = Client(wsdl_address(version))
    header = client.factory.create("AuthenticationHeaderInfo")
    for name, value in AUTHENTICATION.items():
        header[name] = value
    client.set_options(soapheaders=header)
    return client


class Side:
    """A client's methods; each call reaches the side's instance in the process."""

    def __init__(
        self, instance: Instance, libraries: tuple[Library, ...], method: Callable[[str], Any]
    ) -> None:
        self.instance = instance
        self._libraries = libraries
        self._method = method

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **keywords: Any) -> Any:
            with reached_in_process(self.instance, self._libraries):
                result = self._method(name)(*arguments, **keywords)
                return list(result) if isinstance(result, GeneratorType) else result

        return call


class ZeepSide(Side):
    def __init__(self, instance: Instance, version: str = "2_7") -> None:
        self.client = zeep_client(version)
        super().__init__(instance, ("requests",), self._operation)

    def _operation(self, name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **keywords: Any) -> Any:
            keywords.setdefault("_soapheaders", {"authentication": AUTHENTICATION})
            return getattr(self.client.service, name)(*arguments, **keywords)

        return call

    def make(self, name: str, **values: Any) -> Any:
        """An object of a WSDL type."""
        return self.client.get_type(NAMESPACE + name)(**values)


class SudsSide(Side):
    def __init__(self, instance: Instance, version: str = "2_7") -> None:
        self.client = suds_client(version)
        super().__init__(instance, ("http.client",), lambda name: getattr(self.client.service, name))

    def make(self, name: str, **values: Any) -> Any:
        """An object of a WSDL type."""
        made = self.client.factory.create(name)
        for field, value in values.items():
            made[field] = value
        return made


class RestSide(Side):
    def __init__(self, instance: Instance) -> None:
        from marketorestpython.client import MarketoClient

        self.client = MarketoClient(MUNCHKIN_ID, DEMO.client_id, DEMO.client_secret, max_retry_time=0)
        super().__init__(instance, ("marketorestpython",), lambda name: getattr(self.client, name))

    def send(self, method: str, path: str, **options: Any) -> Any:
        """A plain request with a valid token; gives the answer's JSON."""
        import requests

        headers = {"Authorization": f"Bearer {self.instance.rest.credentials.token}"}
        address = f"https://{self.instance.rest_host}{path}"
        with reached_in_process(self.instance, ("requests",)):
            return requests.request(method, address, headers=headers, timeout=5, **options).json()


class Sides:
    def __init__(self, version: str = "2_7") -> None:
        self.zeep = ZeepSide(Instance(), version)
        self.suds = SudsSide(Instance(), version)
        self.rest = RestSide(Instance())

    def differences(self, *ignore: str) -> list[str]:
        """How suds' and REST's instances differ from zeep's, and what REST did wrong."""
        state = self.zeep.instance.snapshot()
        others = [
            *differences(state, self.suds.instance.snapshot(), ignore=ignore),
            *differences(state, self.rest.instance.snapshot(), ignore=ignore),
        ]
        return others + [str(item) for item in self.rest.instance.violations]


def plain(value: Any) -> Any:
    """What zeep or suds gave, as dicts and lists; empty values are left out, so that both compare."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if hasattr(value, "__keylist__"):
        pairs = ((name, value[name]) for name in value.__keylist__)
    elif hasattr(value, "__values__"):
        pairs = value.__values__.items()
    else:
        return str(value) if isinstance(value, str) else value
    return {name: plain(item) for name, item in pairs if item not in (None, "", [])}


def raw_post(instance: Instance, envelope: str, version: str = "2_7") -> tuple[int, str]:
    """Post hand-written XML to the SOAP face; gives status and body."""
    url = f"https://{instance.soap_host}/soap/mktows/{version}"
    answer = instance.handle(HttpRequest("POST", url, {"content-type": "text/xml"}, envelope.encode()))
    return answer.status, answer.body.decode()
