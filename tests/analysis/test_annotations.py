"""A parameter that nobody passes is what its annotation says, also where that is a text."""

import pytest

from marketo_migrate.model.finding import Confidence, Kind

from .conftest import Find

API = """
import typing
from typing import Annotated, Callable, Final, Iterable, Iterator, List, Optional, Sequence, Union
from zeep import Client
class Api:
    def __init__(self):
        self.c = Client("https://123-ABC-456.mktoapi.com/soap/mktows/2_9?WSDL")
class Other:
    def __init__(self):
        self.c = Client("https://api.crm.example/ws?wsdl")
"""
USE = "def f(api: {}):\n    api.c.service.getLead(k)\n"
ITEM = "def f(apis: {}):\n    for api in apis:\n        api.c.service.getLead(k)\n"


def calls(
    find: Find, source: str, others: dict[str, str] | None = None
) -> list[tuple[str | None, Confidence]]:
    found = find(source, others)
    return [(each.operation, each.confidence) for each in found if each.kind is Kind.CALL]


@pytest.mark.parametrize(
    "annotation",
    [
        "Other",
        '"Other"',
        '"Optional[Other]"',
        "'Unheard'",
        '"not (a type"',
        "1",
        '"' + "(" * 150 + '"',
        '"' + "Api|" * 60 + 'Api"',
    ],
)
def test_not_marketo(find: Find, annotation: str) -> None:
    assert calls(find, API + USE.format(annotation)) == []


@pytest.mark.parametrize(
    "annotation",
    [
        "Api",
        "Optional[Api]",
        "Union[Api, None]",
        "Api | None",
        '"Api"',
        '" Api "',
        '"Optional[Api]"',
        "'Optional[\"Api\"]'",
        'Optional["Api"]',
        '"Union[None, Api]"',
        '"Api | None"',
        '"None | Api"',
        "Annotated[Api, 1]",
        '"typing.Annotated[Api, 1]"',
        "Final[Api]",
    ],
)
def test_an_object_of_a_class(find: Find, annotation: str) -> None:
    assert calls(find, API + USE.format(annotation)) == [("getLead", Confidence.CERTAIN)]


@pytest.mark.parametrize("annotation", ['"api.Api"', '"Optional[api.Api]"', "api.Api"])
def test_of_another_module(find: Find, annotation: str) -> None:
    found = calls(
        find,
        "import api\nfrom typing import Optional\n"
        + USE.format(annotation).replace("api:", "x:").replace("api.c", "x.c"),
        {"api.py": API},
    )
    assert found == [("getLead", Confidence.CERTAIN)]


@pytest.mark.parametrize(
    "annotation",
    [
        "List[Api]",
        "list[Api]",
        '"list[Api]"',
        "tuple[Api, ...]",
        "Iterable[Api]",
        "Sequence[Api]",
        "Iterator[Api]",
    ],
)
def test_objects_in_another(find: Find, annotation: str) -> None:
    assert calls(find, API + ITEM.format(annotation)) == [("getLead", Confidence.CERTAIN)]


@pytest.mark.parametrize("annotation", ["Type[Api]", "type[Api]", '"type[Api]"'])
def test_the_class_itself(find: Find, annotation: str) -> None:
    code = f"def f(cls: {annotation}):\n    cls().c.service.getLead(k)\n"
    assert calls(find, API + code.replace("cls", "kind")) == [("getLead", Confidence.CERTAIN)]


@pytest.mark.parametrize("annotation", ["Callable[[int], Api]", "Made"])
def test_a_function_is_none_of_what_it_takes_and_gives(find: Find, annotation: str) -> None:
    assert calls(find, API + "Made = Callable[[int], Api]\n" + USE.format(annotation)) == []
