"""Is it Marketo? Turns the evidence on a SOAP client into a confidence, in one place."""

from marketo_migrate.model.finding import Confidence, Step
from marketo_migrate.model.marks import ENDPOINT, HINT, NAMESPACE, OTHER_HOST
from marketo_migrate.model.record import record
from marketo_migrate.model.resolution import ClientFact

_STRONG_SHAPES = frozenset(
    {
        "leadKey",
        "keyType",
        "keyValue",
        "LeadKey",
        "leadRecord",
        "LeadRecord",
        "leadRecordList",
        "leadAttributeList",
        "LeadKeySelector",
        "StaticListSelector",
        "LastUpdateAtSelector",
        "ArrayOfLeadRecord",
        "leadSelector",
        "leadList",
        "ArrayOfLeadKey",
        "mObjectList",
        "MObject",
        "listKey",
        "ListKey",
        "listMemberList",
        "winningLeadKeyList",
        "losingLeadKeyLists",
        "objTypeName",
        "customObjList",
        "customObjKeyLists",
        "customObjKeyList",
        "includeAttributes",
        "startPosition",
        "activityFilter",
        "activityNameFilter",
        "programTokenList",
        "importFileHeader",
        "importFileRows",
        "returnLead",
        "marketoCookie",
        "dedupEnabled",
        "mObjCriteriaList",
        "StreamPosition",
        "ActivityTypeFilter",
        "ArrayOfMObject",
        "ArrayOfKeyList",
        "externalKey",
        "campaignRunAt",
        "AuthenticationHeaderInfo",
        "header AuthenticationHeaderInfo",
        "MktowsContextHeader",
        "header MktowsContextHeader",
    }
)


@record
class Verdict:
    """What a client is: Marketo's with a confidence, another vendor's, or neither is shown."""

    confidence: Confidence | None
    other_vendor: bool
    steps: tuple[Step, ...]


def judge(
    client: ClientFact,
    operations: frozenset[str],
    distinctive: frozenset[str],
    wrappers: frozenset[str],
    ambiguous: frozenset[str],
) -> Verdict:
    """The verdict on a client.

    `operations` are all of Marketo's SOAP methods, `distinctive` those whose names no other API is
    known to use, `wrappers` the libraries that only talk to Marketo's SOAP API, `ambiguous` those
    whose import name a REST package shares (their own name tells nothing). The table, first row that fits:

    | evidence on the client's own chain | verdict |
    |---|---|
    | a Marketo-only mark: endpoint, namespace, `mktowsUserId`, a wrapper's own keyword | certain |
    | such an address, and one of another host too | likely |
    | an address of another host | another vendor's |
    | a method of a package that only talks to Marketo's SOAP API | likely |
    | a name that mentions Marketo, and the library or a Marketo operation | likely |
    | two distinctive operations, or one with Marketo's request elements | likely |
    | a generic operation with two of Marketo's request elements | likely |
    | one distinctive operation, or a name that mentions Marketo | possible |
    | anything else | nothing |
    """
    steps = _steps(client)
    marked = bool(client.markers) or any(_is_marked(endpoint.text) for endpoint in client.endpoints)
    other = any(_is_other(endpoint.text) for endpoint in client.endpoints)
    if marked:
        return Verdict(
            Confidence.LIKELY if other and not client.markers else Confidence.CERTAIN, False, steps
        )
    if other:
        return Verdict(None, True, ())
    if client.library in wrappers and client.operations:
        return Verdict(Confidence.LIKELY, False, steps)
    return Verdict(_by_use(client, operations, distinctive, ambiguous), False, steps)


def _by_use(
    client: ClientFact, operations: frozenset[str], distinctive: frozenset[str], ambiguous: frozenset[str]
) -> Confidence | None:
    used = operations.intersection(client.operations)
    special = distinctive.intersection(client.operations)
    shapes = _STRONG_SHAPES.intersection(client.shapes)
    hinted = bool(client.hints) or any(HINT.search(endpoint.text) for endpoint in client.endpoints)
    hinted = hinted and client.library not in ambiguous
    if hinted and (used or client.library is not None):
        return Confidence.LIKELY
    if len(special) >= 2 or (special and shapes) or (used and len(shapes) >= 2):
        return Confidence.LIKELY
    if special or hinted:
        return Confidence.POSSIBLE
    return None


def _is_marked(text: str) -> bool:
    return ENDPOINT.search(text) is not None or NAMESPACE.search(text) is not None


def _is_other(text: str) -> bool:
    return not _is_marked(text) and HINT.search(text) is None and OTHER_HOST.search(text) is not None


def _steps(client: ClientFact) -> tuple[Step, ...]:
    steps: list[Step] = []
    for endpoint in client.endpoints:
        if _is_marked(endpoint.text) and endpoint.origins:
            steps.append(Step("the address of Marketo's SOAP API", endpoint.origins[0]))
            break
    if client.made is not None:
        steps.append(Step(f"a {client.library} client is made", client.made))
    steps.extend(
        Step(f"it is given {_marker_words(marker.text)}", marker.location) for marker in client.markers[:2]
    )
    if not client.markers and not any(_is_marked(endpoint.text) for endpoint in client.endpoints):
        steps.extend(_hint_steps(client))
    return tuple(steps)


def _marker_words(text: str) -> str:
    kind, _, name = text.partition(" ")
    return {"header": f"Marketo's SOAP header ({name})", "keyword": f"the keyword {name}"}.get(kind, text)


def _hint_steps(client: ClientFact) -> list[Step]:
    where = client.made
    if where is None or not client.hints:
        return []
    return [Step(f"the name {client.hints[0]} mentions Marketo", where)]
