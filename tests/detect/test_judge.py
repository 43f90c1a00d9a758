"""Each row of the table by which a client is judged, and that the names it counts on exist."""

import pytest

from marketo_migrate.detect import judge as judging
from marketo_migrate.detect.judge import Verdict, judge
from marketo_migrate.model.finding import Confidence
from marketo_migrate.model.location import Location, Span
from marketo_migrate.model.resolution import ClientFact, Endpoint, Marker
from marketo_migrate.ruleset.load import load

HERE = Location("job.py", Span(1, 1, 1, 9))
OPERATIONS = frozenset({"getLead", "getTags", "syncMObjects", "listMObjects"})
DISTINCTIVE = frozenset({"syncMObjects", "listMObjects"})
MARKETO = "https://123-ABC-456.mktoapi.com/soap/mktows/2_9"
OTHER = "https://api.crm.example/ws"
CERTAIN, LIKELY, POSSIBLE = Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE


def verdict(
    *,
    library: str | None = "zeep",
    endpoints: tuple[str, ...] = (),
    markers: tuple[str, ...] = (),
    hints: tuple[str, ...] = (),
    operations: tuple[str, ...] = (),
    shapes: tuple[str, ...] = (),
) -> Verdict:
    client = ClientFact(
        id=0,
        library=library,
        place=("job.py", 1, 0, 1, 8),
        made=HERE if library else None,
        endpoints=tuple(Endpoint(text, (HERE,)) for text in endpoints),
        markers=tuple(Marker(text, HERE) for text in markers),
        hints=hints,
        operations=operations,
        shapes=shapes,
        expression="c",
    )
    wrappers = frozenset({"suds_marketo", "marketo"})
    return judge(client, OPERATIONS, DISTINCTIVE, wrappers, frozenset({"marketo"}))


def test_nothing_known_of_a_client() -> None:
    assert verdict() == Verdict(None, False, verdict().steps)


@pytest.mark.parametrize(
    ("known", "confidence"),
    [
        ({"endpoints": (MARKETO,)}, CERTAIN),
        ({"endpoints": ("http://www.marketo.com/mktows/",)}, CERTAIN),
        ({"markers": ("keyword encryption_key",)}, CERTAIN),
        ({"markers": ("keyword encryption_key",), "endpoints": (OTHER,)}, CERTAIN),
        ({"endpoints": (MARKETO, OTHER)}, LIKELY),
        ({"library": "suds_marketo", "operations": ("getTags",)}, LIKELY),
        ({"library": "suds_marketo"}, None),
        ({"hints": ("marketo_client",)}, LIKELY),
        ({"hints": ("marketo_client",), "library": None, "operations": ("getTags",)}, LIKELY),
        ({"hints": ("marketo_client",), "library": None}, POSSIBLE),
        ({"hints": ("marketo_client",), "library": "marketo"}, None),
        ({"endpoints": ("file:///srv/marketo.wsdl",)}, LIKELY),
        ({"endpoints": ("file:///srv/crm.wsdl",)}, None),
        ({"operations": ("syncMObjects", "listMObjects")}, LIKELY),
        ({"operations": ("syncMObjects",), "shapes": ("MObject",)}, LIKELY),
        ({"operations": ("syncMObjects",), "shapes": ("Lead",)}, POSSIBLE),
        ({"operations": ("getLead",), "shapes": ("leadKey", "keyType")}, LIKELY),
        ({"operations": ("getLead",), "shapes": ("leadKey",)}, None),
        ({"operations": ("getWeather",), "shapes": ("leadKey", "keyType")}, None),
        ({"operations": ("getLead", "getTags")}, None),
    ],
)
def test_confidence(known: dict[str, object], confidence: Confidence | None) -> None:
    found = verdict(**known)  # type: ignore[arg-type]
    assert (found.confidence, found.other_vendor) == (confidence, False)


@pytest.mark.parametrize(
    "known", [{}, {"operations": ("syncMObjects", "listMObjects")}, {"hints": ("marketo",)}]
)
def test_an_address_of_another_host_decides(known: dict[str, tuple[str, ...]]) -> None:
    assert verdict(endpoints=(OTHER,), **known) == Verdict(None, True, ())


def test_steps() -> None:
    def texts(**known: object) -> list[str]:
        return [step.message for step in verdict(**known).steps]  # type: ignore[arg-type]

    made = "a zeep client is made"
    assert texts(endpoints=(MARKETO,), hints=("mkto",)) == ["the address of Marketo's SOAP API", made]
    assert texts(hints=("mkto", "marketo")) == [made, "the name mkto mentions Marketo"]
    assert texts(markers=("keyword a", "header field b", "c", "d")[:2]) == [
        made,
        "it is given the keyword a",
        "it is given Marketo's SOAP header (field b)",
    ]
    assert texts(markers=("a", "b", "c"), hints=("mkto",)) == [made, "it is given a", "it is given b"]
    assert texts(library=None, hints=("mkto",)) == []


def test_request_elements_are_of_the_wsdl() -> None:
    facts = load().soap
    names = set(facts.types) | {field.name for kind in facts.types.values() for field in kind.fields}
    headers = {f"header {name}" for name in ("AuthenticationHeaderInfo", "MktowsContextHeader")}
    assert judging._STRONG_SHAPES - names - headers - {"MktowsContextHeader"} == frozenset()
