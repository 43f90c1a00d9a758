"""Quotas, rate and concurrency: off by default, on when asked for; and failures made to order."""

from datetime import timedelta

import pytest
import suds
import zeep
from faces import RestSide, Sides, SudsSide, ZeepSide
from marketorestpython.helper.exceptions import MarketoException

from marketo_migrate.simulator.instance import Instance
from marketo_migrate.simulator.limits import Limits
from marketo_migrate.simulator.rest.answers import failure, json_response

ANN = {"keyType": "IDNUM", "keyValue": "1001"}


def test_limits_are_off_by_default(sides: Sides) -> None:
    for _ in range(120):
        sides.zeep.getLead(ANN)


@pytest.mark.parametrize(
    ("limits", "soap_code", "rest_code"),
    [
        (Limits(rate=2), "20023", "606"),
        (Limits(daily=2), "20015", "607"),
        (Limits(concurrent=0), "20024", "615"),
    ],
)
def test_a_refused_call(limits: Limits, soap_code: str, rest_code: str) -> None:
    allowed = 0 if limits.concurrent is not None else 2
    by_zeep = ZeepSide(Instance(limits=limits))
    by_suds = SudsSide(Instance(limits=limits))
    by_rest = RestSide(Instance(limits=limits))
    for _ in range(allowed):
        by_zeep.getLead(ANN)
        by_suds.getLead(ANN)
        by_rest.get_lead_by_id(1001)
    with pytest.raises(zeep.exceptions.Fault, match=soap_code):
        by_zeep.getLead(ANN)
    with pytest.raises(suds.WebFault, match=soap_code):
        by_suds.getLead(ANN)
    with pytest.raises(MarketoException) as refused:
        by_rest.get_lead_by_id(1001)
    assert refused.value.code == rest_code


def test_the_window_of_the_rate_moves_on() -> None:
    side = ZeepSide(Instance(limits=Limits(rate=1, daily=3)))
    side.getLead(ANN)
    side.instance.state.clock.advance(timedelta(seconds=20))
    side.getLead(ANN)
    side.instance.state.clock.advance(timedelta(days=1))
    side.getLead(ANN)


def test_failures_to_order(sides: Sides) -> None:
    instance = sides.rest.instance
    instance.fail_next(json_response("1", failure("611", "System error")), times=2)
    for _ in range(2):
        with pytest.raises(MarketoException) as failed:
            sides.rest.get_lead_by_id(1001)
        assert failed.value.code == "611"
    assert sides.rest.get_lead_by_id(1001)[0]["id"] == 1001


def test_an_expired_token_is_renewed_by_hand(sides: Sides) -> None:
    assert sides.rest.get_lead_by_id(1001)
    sides.rest.instance.rest.credentials.expire()
    with pytest.raises(MarketoException) as failed:
        sides.rest.get_lead_by_id(1001)
    assert failed.value.code == "602"
    sides.rest.client.valid_until = None
    assert sides.rest.get_lead_by_id(1001)


def test_wrong_client_credentials(sides: Sides) -> None:
    sides.rest.client.client_secret = "wrong"
    with pytest.raises(Exception, match="Bad client credentials"):
        sides.rest.get_lead_by_id(1001)
    sides.rest.client.client_id = "wrong"
    with pytest.raises(Exception, match="No client with requested id"):
        sides.rest.get_lead_by_id(1001)
