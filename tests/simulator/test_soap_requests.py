"""The SOAP face below the libraries: signatures, faults, versions, hand-written XML."""

from datetime import UTC, datetime, timedelta

import pytest
import zeep
from faces import AUTHENTICATION, ZeepSide, raw_post, suds_client, zeep_client

from marketo_migrate.simulator.behavior import Behavior
from marketo_migrate.simulator.facts import soap_facts
from marketo_migrate.simulator.instance import DEMO, Instance
from marketo_migrate.simulator.soap.service import OPERATIONS, signature
from marketo_migrate.simulator.soap.wsdl import wsdl

COUNTS = {"1_7": 18, "2_0": 21, "2_1": 23, "2_2": 23, "2_3": 23, "2_7": 23, "3_1": 23}


def envelope(body: str, header: dict[str, str] | None = None) -> str:
    fields = "".join(
        f"<{name}>{value}</{name}>" for name, value in (AUTHENTICATION if header is None else header).items()
    )
    return (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:m="http://www.marketo.com/mktows/">'
        f"<e:Header><m:AuthenticationHeader>{fields}</m:AuthenticationHeader></e:Header>"
        f"<e:Body>{body}</e:Body></e:Envelope>"
    )


GET_ANN = (
    "<m:paramsGetLead><leadKey><keyType>IDNUM</keyType><keyValue>1001</keyValue></leadKey></m:paramsGetLead>"
)


def signed(at: datetime) -> dict[str, str]:
    text = at.isoformat(timespec="seconds")
    return {
        **AUTHENTICATION,
        "requestTimestamp": text,
        "requestSignature": signature(DEMO.soap_key, text, DEMO.soap_user),
    }


def test_every_operation_of_the_rules_has_a_handler() -> None:
    assert set(OPERATIONS) == set(soap_facts().operations)


@pytest.mark.parametrize("version", list(COUNTS))
def test_both_libraries_read_the_wsdl_of_every_version(version: str) -> None:
    names = set(zeep_client(version).service._operations)
    assert len(names) == COUNTS[version]
    assert {str(method[0]) for method in suds_client(version).sd[0].ports[0][1]} == names
    known = soap_facts().known_version(version)
    for name in names:
        body = zeep_client(version).service._binding._operations[name].input.body
        assert [field for field, _ in body.type.elements] == list(soap_facts().parameters(name, known) or ())


def test_wsdl_carries_the_address_it_was_asked_at(instance: Instance) -> None:
    assert b'location="http://127.0.0.1:8095/soap/mktows/2_7"' in wsdl(
        "2_7", "http://127.0.0.1:8095/soap/mktows/2_7"
    )


def test_hand_written_envelope_is_answered(instance: Instance) -> None:
    status, body = raw_post(instance, envelope(GET_ANN), "3_1")
    assert status == 200
    assert "<ns1:successGetLead><result><count>1</count>" in body
    assert '<ForeignSysType xsi:nil="true"/>' in body


def test_elements_that_do_not_exist_are_passed_over_and_remarked(instance: Instance) -> None:
    record = "<leadRecord><id>1001</id><Email>who@example.com</Email></leadRecord>"
    body = f"<m:paramsSyncLead>{record}<returnLead>false</returnLead></m:paramsSyncLead>"
    status, answer = raw_post(instance, envelope(body))
    assert status == 200
    assert "<status>CREATED</status>" in answer
    assert instance.remarks == ["<id> is not an element of LeadRecord; Marketo passed over it"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("no XML", "20012"),
        ("<a/>", "20012"),
        (envelope(""), "20012"),
        (envelope("<m:paramsDance/>"), "20019"),
        (envelope("<m:paramsGetLead/>"), "20017"),
        (envelope(GET_ANN.replace("IDNUM", "PHONE")), "20110"),
        (
            envelope(
                "<m:paramsGetLead><leadKey><keyType>IDNUM</keyType><keyValue/></leadKey></m:paramsGetLead>"
            ),
            "20109",
        ),
        (envelope("<m:paramsGetMultipleLeads><leadSelector/></m:paramsGetMultipleLeads>"), "20110"),
        (envelope("<m:paramsGetMultipleLeads/>"), "20109"),
        (envelope(GET_ANN, {}), "20014"),
        (envelope(GET_ANN, {**AUTHENTICATION, "requestTimestamp": "2026-07-01T04:00:01-05:00"}), "20014"),
        (envelope(GET_ANN, {**AUTHENTICATION, "mktowsUserId": "someone"}), "20014"),
    ],
)
def test_bad_messages_are_faults(instance: Instance, text: str, code: str) -> None:
    status, body = raw_post(instance, text)
    assert status == 500
    assert f"<code>{code}</code>" in body
    assert f"<faultstring>{code} - " in body


def test_operations_of_later_versions_do_not_exist_in_earlier_ones(instance: Instance) -> None:
    body = envelope("<m:paramsGetTags/>")
    assert raw_post(instance, body, "2_7")[0] == 200
    assert "<code>20019</code>" in raw_post(instance, body, "2_0")[1]


def test_old_signatures_are_refused_where_that_is_switched_on() -> None:
    instance = Instance(behavior=Behavior(signature_age=timedelta(hours=1)))
    now = datetime.now(UTC)
    assert raw_post(instance, envelope(GET_ANN, signed(now)))[0] == 200
    status, body = raw_post(instance, envelope(GET_ANN, signed(now - timedelta(hours=2))))
    assert status == 500
    assert "<code>20016</code>" in body


def test_a_trusting_instance_takes_any_key_but_wants_a_whole_header() -> None:
    instance = Instance(behavior=Behavior(trusting=True))
    foreign = {**AUTHENTICATION, "mktowsUserId": "other", "requestSignature": "a" * 40}
    assert raw_post(instance, envelope(GET_ANN, foreign))[0] == 200
    assert raw_post(instance, envelope(GET_ANN, {**foreign, "requestSignature": "short"}))[0] == 500


def test_after_the_removal_soap_is_gone() -> None:
    side = ZeepSide(Instance(behavior=Behavior(soap=False)))
    with pytest.raises(zeep.exceptions.TransportError):
        side.getLead({"keyType": "IDNUM", "keyValue": "1001"})


def test_zeep_sees_the_types_of_its_version(instance: Instance) -> None:
    def names(version: str) -> list[str]:
        made = zeep_client(version).get_type("{http://www.marketo.com/mktows/}ParamsMergeLeads")
        return [name for name, _ in made.elements]

    assert "mergeInSales" not in names("2_3")
    assert "mergeInSales" in names("2_7")
