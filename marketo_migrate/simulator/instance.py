"""A simulated Marketo instance: one state, a SOAP face and a REST face, and notes on what came in."""

from collections import deque

from marketo_migrate.model.record import record
from marketo_migrate.simulator.behavior import Behavior
from marketo_migrate.simulator.exchange import HttpRequest, HttpResponse
from marketo_migrate.simulator.limits import CONCURRENT, DAILY, RATE, Limits, Meter
from marketo_migrate.simulator.rest.identity import RestCredentials
from marketo_migrate.simulator.rest.service import RestFace
from marketo_migrate.simulator.rest.violations import Violation
from marketo_migrate.simulator.seed import demo_state
from marketo_migrate.simulator.snapshot import Snapshot, take_snapshot
from marketo_migrate.simulator.soap import service as soap_service
from marketo_migrate.simulator.soap.service import SoapCredentials
from marketo_migrate.simulator.state import State

MUNCHKIN_ID = "123-ABC-456"


@record
class Credentials:
    """What clients of an instance sign and identify themselves with."""

    soap_user: str
    soap_key: str
    client_id: str
    client_secret: str


DEMO = Credentials(
    soap_user="demo1_461839624B16E06BA2D663",
    soap_key="899756834129871744AAEE88DDCC77CDEEDEC1AAAD66",
    client_id="4f1c8a52-2f38-4ac0-9d3e-6d61726b6574",
    client_secret="UmVzdFNpbXVsYXRvclNlY3JldA",  # noqa: S106 - the demo instance's own, printed by the server
)

SOAP_CODES = {DAILY: "20015", RATE: "20023", CONCURRENT: "20024"}
GONE = HttpResponse(404, b"Not Found", {"Content-Type": "text/plain"})


@record
class Exchange:
    """A request that was answered, in short: `GET /rest/v1/leads.json`, status."""

    line: str
    status: int


class Instance:
    """One simulated Marketo. Not for use by several threads that change the same records at once.

    `violations` lists what REST requests did wrong, `remarks` what SOAP passed over, `exchanges`
    everything that was asked.
    """

    def __init__(
        self,
        state: State | None = None,
        *,
        munchkin_id: str = MUNCHKIN_ID,
        credentials: Credentials = DEMO,
        limits: Limits | None = None,
        behavior: Behavior | None = None,
    ) -> None:
        self.behavior = behavior or Behavior()
        self.state = state or demo_state()
        self.state.behavior = self.behavior
        self.munchkin_id = munchkin_id
        self.meter = Meter(limits or Limits())
        self.soap_credentials = SoapCredentials(
            credentials.soap_user,
            credentials.soap_key,
            self.behavior.signature_age,
            self.behavior.trusting,
        )
        identity = RestCredentials(
            credentials.client_id, credentials.client_secret, trusting=self.behavior.trusting
        )
        self.rest = RestFace(self.state, identity)
        self.remarks: list[str] = []
        self.exchanges: list[Exchange] = []
        self._failures: deque[HttpResponse] = deque()

    @property
    def violations(self) -> list[Violation]:
        """What REST requests did that Adobe's documentation does not allow."""
        return self.rest.violations

    @property
    def soap_host(self) -> str:
        """The host that the WSDL is read from."""
        return f"{self.munchkin_id}.mktoapi.com"

    @property
    def rest_host(self) -> str:
        """The host of REST and identity."""
        return f"{self.munchkin_id}.mktorest.com"

    def serves(self, host: str) -> bool:
        """Whether requests to a host belong to this instance; old addresses (app, na-x) count for SOAP."""
        name = host.lower()
        old = name.endswith(".marketo.com") and name.startswith(("app", "na-"))
        return old or name in {self.soap_host.lower(), self.rest_host.lower()}

    def snapshot(self) -> Snapshot:
        """The state as plain data."""
        return take_snapshot(self.state)

    def fail_next(self, response: HttpResponse, times: int = 1) -> None:
        """Answer the next requests (tokens and WSDLs aside) with this response, whatever they ask."""
        self._failures.extend([response] * times)

    def handle(self, request: HttpRequest) -> HttpResponse:
        """Answer a request on either face, by its path."""
        with self.meter.running():
            response = self._answer(request)
        self.exchanges.append(Exchange(f"{request.method} {request.parts.path}", response.status))
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        path = request.parts.path
        if path.startswith(soap_service.PATH):
            if not self.behavior.soap:
                return GONE
            if self._failures and request.method == "POST":
                return self._failures.popleft()
            return soap_service.answer(
                self.state, self.soap_credentials, request, self._soap_refusal, self.remarks.append
            )
        if self._failures and not path.startswith("/identity"):
            return self._failures.popleft()
        return self.rest.answer(request, self._refusal)

    def _refusal(self) -> str | None:
        return self.meter.admit(self.state.now())

    def _soap_refusal(self) -> str | None:
        refused = self._refusal()
        return SOAP_CODES[refused] if refused else None
