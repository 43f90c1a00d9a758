"""getChannels and getTags through zeep, suds and REST."""

import pytest
from faces import Sides, plain


def test_get_channels(sides: Sides) -> None:
    by_zeep, by_suds = sides.zeep.getChannels(), sides.suds.getChannels()
    assert plain(by_zeep) == plain(by_suds)["tags"]
    names = [item.tagValue for item in by_zeep.tagStatus]
    assert names == ["Webinar", "Tradeshow", "Email Send"]
    statuses = by_suds.tags.tagStatus[0].statusList.progressionStatusItem
    first = {item.name: item.value for item in statuses[0].progressionStatus.attrib}
    assert first == {"Status": "Invited", "Step": "10", "Success": "false"}
    channels = sides.rest.get_channels(maxReturn=200)
    assert [item["name"] for item in channels] == names
    assert channels[0]["progressionStatuses"][0]["name"] == "Not in Program"
    assert channels[0]["progressionStatuses"][1] == {
        "name": "Invited",
        "step": 10,
        "description": None,
        "hidden": False,
        "success": False,
    }
    assert not sides.differences()


def test_get_channels_by_name(sides: Sides) -> None:
    wanted = {"values": {"stringItem": ["Tradeshow", "Nowhere"]}}
    assert [item.tagValue for item in sides.zeep.getChannels(tag=wanted).tagStatus] == ["Tradeshow"]
    assert [item.tagValue for item in sides.suds.getChannels(wanted).tags.tagStatus] == ["Tradeshow"]
    assert sides.rest.get_channel_by_name("Tradeshow")[0]["id"] == 2
    with pytest.raises(KeyError):
        sides.rest.get_channel_by_name("Nowhere")
    answer = sides.rest.send("GET", "/rest/asset/v1/channel/byName.json", params={"Name": "Webinar"})
    assert answer["result"][0]["id"] == 1


def test_get_tags(sides: Sides) -> None:
    by_zeep, by_suds = sides.zeep.getTags(), sides.suds.getTags()
    assert plain(by_zeep) == plain(by_suds)["tagList"]
    values = {item.type: item["values"].stringItem for item in by_zeep.tag}
    assert values["Region"] == ["North America", "EMEA", "APAC"]
    types = [item["tagType"] for item in sides.rest.get_tags(maxReturn=1)]
    assert types == list(values)
    text = sides.rest.get_tag_by_name("Region")[0]["allowableValues"]
    assert text.strip("[]").split(", ") == values["Region"]
    assert sides.rest.get_tag_by_name("Product")[0]["allowableValues"] == "[CBS, CPS, All IP]"
    assert not sides.differences()


def test_get_tags_of_one_type_and_value(sides: Sides) -> None:
    wanted = {"tag": [{"type": "Region", "values": {"stringItem": ["EMEA"]}}]}
    assert plain(sides.zeep.getTags(wanted)) == {
        "tag": [{"type": "Region", "values": {"stringItem": ["EMEA"]}}]
    }
    assert len(sides.suds.getTags(wanted).tagList.tag) == 1
