"""Tokens: exchanged for client id and secret, checked on every call."""

import json
from hashlib import sha256

from marketo_migrate.simulator.exchange import HttpResponse
from marketo_migrate.simulator.rest.answers import JSON, RestError

LIFETIME = 3599
SCOPE = "api.user@example.com"


class RestCredentials:
    """The client id and secret of a custom service (`trusting`: any will do), and the tokens given out."""

    def __init__(self, client_id: str, secret: str, *, trusting: bool = False) -> None:
        self.client_id = client_id
        self.secret = secret
        self.trusting = trusting
        self._generation = 0
        self._expired: set[str] = set()

    @property
    def token(self) -> str:
        """The token in force; the same one is given out until it expires."""
        return f"{sha256(f'{self.client_id}/{self._generation}'.encode()).hexdigest()[:32]}:ab"

    def expire(self) -> None:
        """Let the token in force expire; the next request for one gets a new one."""
        self._expired.add(self.token)
        self._generation += 1

    def exchange(self, parameters: dict[str, str]) -> HttpResponse:
        """Answer a token request; bad credentials are HTTP 401."""
        if parameters.get("grant_type") != "client_credentials":
            return _refused("unsupported_grant_type", "Unsupported grant type", 400)
        given = parameters.get("client_id"), parameters.get("client_secret")
        if not given[0] or (given[0] != self.client_id and not self.trusting):
            return _refused("invalid_client", "No client with requested id")
        if not given[1] or (given[1] != self.secret and not self.trusting):
            return _refused("invalid_client", "Bad client credentials")
        granted = {"access_token": self.token, "token_type": "bearer", "expires_in": LIFETIME, "scope": SCOPE}
        return HttpResponse(200, json.dumps(granted).encode(), JSON)

    def check(self, authorization: str | None) -> None:
        """Check an Authorization header.

        Raises:
            RestError: 600 without a token (seen in other clients' tables, not in Adobe's list), 601 for a
                wrong one, 602 for an expired one.

        """
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise RestError("600", "Access token not specified")
        if token in self._expired:
            raise RestError("602", "Access token expired")
        if token != self.token:
            raise RestError("601", "Access token invalid")


def _refused(error: str, description: str, status: int = 401) -> HttpResponse:
    return HttpResponse(status, json.dumps({"error": error, "error_description": description}).encode(), JSON)
