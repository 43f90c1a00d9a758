"""Turns the checked REST facts (`rest/endpoints.yml`) and targets (`targets/*.yml`) into model values."""

from typing import Any

from marketo_migrate.model.rest import (
    Answer,
    Body,
    Endpoint,
    RestError,
    RestField,
    Shape,
    Target,
    TargetCall,
    Trap,
)

_RECORD_MARK = "record: "


def build_endpoints(data: Any) -> dict[str, Endpoint]:
    """The REST operations by operation id."""
    return {name: _endpoint(name, item) for name, item in data["endpoints"].items()}


def build_target(data: Any) -> Target:
    """The target of a checked document."""
    return Target(
        name=data["target"],
        title=data["title"],
        requirement=data["requirement"],
        imports=data["imports"],
        construct=data["construct"],
        support=data.get("support", ""),
        calls={name: _target_call(name, item) for name, item in data["calls"].items()},
        traps=tuple(
            Trap(item["id"], tuple(item["methods"]), item["fact"], item["advice"])
            for item in data.get("traps", ())
        ),
        helpers=dict(data.get("helpers", {})),
    )


def _endpoint(name: str, item: dict[str, Any]) -> Endpoint:
    body = item.get("body")
    return Endpoint(
        operation_id=name,
        api=item["api"],
        method=item["method"],
        path=item["path"],
        summary=item["summary"],
        docs=item["docs"],
        permissions=tuple(item.get("permissions", ())),
        superseded_by=item.get("superseded_by"),
        parameters=tuple(_field(field, field["in"]) for field in item.get("parameters", ())),
        post_as_get=tuple(item.get("post_as_get", ())),
        body=_body(body) if body else None,
        response=_answer(item["response"]),
        limits=tuple(item.get("limits", ())),
        errors=tuple(_error(error) for error in item.get("errors", ())),
    )


def _body(item: dict[str, Any]) -> Body:
    return Body(
        item["content"], item.get("required", False), tuple(_field(field, "body") for field in item["fields"])
    )


def _field(item: dict[str, Any], place: Any) -> RestField:
    return RestField(
        name=item["name"],
        place=place,
        type=item["type"],
        required=item.get("required", False),
        enum=tuple(item.get("enum", ())),
        max_items=item.get("max_items"),
        maximum=item.get("max"),
        default=item.get("default"),
        open=item.get("open", False),
        fields=tuple(_field(field, place) for field in item.get("fields", ())),
        aliases=tuple(item.get("aliases", ())),
    )


def _answer(item: dict[str, Any]) -> Answer:
    result, top_level = item.get("result"), item.get("top_level")
    return Answer(
        paged=item["paged"],
        result=None if result is None else _shape(result),
        top_level=None if top_level is None else _shape(top_level),
        open=item.get("open", False),
        file=item.get("file", False),
    )


def _shape(item: Any) -> Shape:
    if isinstance(item, dict):
        return Shape("object", fields=tuple((name, _shape(value)) for name, value in item.items()))
    if isinstance(item, list):
        return Shape("list", item=_shape(item[0]))
    return Shape("value", type=item)


def _error(item: dict[str, Any]) -> RestError:
    when: str = item["when"]
    return RestError(item["code"], when.removeprefix(_RECORD_MARK), when.startswith(_RECORD_MARK))


def _target_call(name: str, item: dict[str, Any]) -> TargetCall:
    return TargetCall(name, item["method"], item["returns"], item["pages"], tuple(item.get("traps", ())))
