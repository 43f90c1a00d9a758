"""The Markdown page as a Markdown reader sees it: the right structure, and foreign text that does nothing."""

import re
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from marketo_migrate.model.finding import FileProblem, Finding, ScanResult, Step
from marketo_migrate.model.location import Location, Span
from marketo_migrate.report.markdown import render
from marketo_migrate.report.markdown_text import block, cell, code, words

MakeFinding = Callable[..., Finding]
# What GitHub and GitLab read: tables, strikethrough, bare addresses; HTML is passed on.
READER = MarkdownIt("commonmark", {"html": True, "linkify": True}).enable(
    ["table", "strikethrough", "linkify"]
)


def tokens(text: str) -> list[Token]:
    flat: list[Token] = []
    for token in READER.parse(text):
        flat += [token, *(token.children or [])]
    return flat


def shown(text: str) -> str:
    """What a reader sees of a line: text and code, without the breaks that keep references apart."""
    parts = [token.content for token in tokens(text) if token.type in ("text", "text_special", "code_inline")]
    return "".join(parts).replace("\u200b", "")


def test_nothing_found() -> None:
    assert render(ScanResult((), (), {})) == "# Marketo SOAP calls\n\nNo use of Marketo's SOAP API found.\n"


EVERYTHING = """\
# Marketo SOAP calls

3 findings (2 certain, 1 likely) in 3 files; 12 files scanned.

1 finding suppressed.

2 less sure findings not shown: see them with --confidence possible.

2 files not analysed, or only in part: see below.

## Not analysed, or only in part

- `a.py` cannot be read
- `b.py:3` does not parse

| SOAP method | calls | reached from | other | replacement |
|---|---:|---:|---:|---|
| `getLead` | 1 | 1 | - | `GET /rest/v1/leads.json` |

| other finding | count |
|---|---:|
| client | 1 |

## `app.py`

- **7:1 MKT101 getLead** (certain)

  calls crm.sync.lead, which calls getLead

  ```
  7 | show(
  8 |     lead(address),
  9 | )
  ```

  Instead: Get Leads by Filter Type: GET /rest/v1/leads.json

  ```python
  leads = rest.get_multiple_leads_by_filter_type("email", [email])
  ```

  Why:

  1. `crm/client.py:3:10` the client is built here
  1. `crm/sync.py:2:7` its address is a Marketo SOAP endpoint

## `crm/client.py`

- **3:10 MKT901 client-construction** (likely, fix: review)

  a suds client of Marketo's SOAP API

  ```
  3 | client = Client(WSDL)
  ```

  Not automatic: the client is returned to callers that are not known

## `crm/sync.py`

- **12:12 MKT101 getLead** (certain)

  SOAP call getLead on a suds client of Marketo

  ```
  12 |     lead = client.service.getLead(key)
  ```

  Instead: Get Leads by Filter Type: GET /rest/v1/leads.json

  ```python
  leads = rest.get_multiple_leads_by_filter_type("email", [email])
  ```

  Why:

  1. `crm/client.py:3:10` the client is built here
  1. `crm/sync.py:2:7` its address is a Marketo SOAP endpoint
"""


def test_everything(full_result: ScanResult) -> None:
    assert render(full_result) == EVERYTHING


def test_same_bytes_whatever_the_order(full_result: ScanResult) -> None:
    turned = full_result._replace(findings=full_result.findings[::-1], problems=full_result.problems[::-1])
    assert render(turned) == EVERYTHING


@pytest.mark.parametrize("limit", [10_000, 60_000])
def test_a_long_page_is_cut_and_says_so(make_finding: MakeFinding, limit: int) -> None:
    findings = tuple(
        make_finding(
            location=Location(f"日本/{n}.py", Span(1, 1, 1, 2)), fingerprint=str(n), message="<@x>" * 200
        )
        for n in range(1_000)
    )
    problems = tuple(FileProblem(f"p{n}" + "`@<" * 300, 1, "&|" * 900) for n in range(1_000))
    text = render(ScanResult(findings, problems, {}), limit=limit)
    assert limit / 5 < len(text.encode()) <= limit
    count = sum(token.type == "heading_open" for token in READER.parse(text)) - 2
    assert f"\n*{1_000 - count} findings are left out, for the page would grow too long;" in text
    assert re.search(r"\n- and [\d,]+ more\n", text)


NAMES = "snake_case __init__ _private 50% a*b x-y 1.5 (see) lead[0] C:\\dir {id} $HOME ~/x #12 !3 a@b.c"


LINES = """\
1. one
1) x
- x
+ x
* x
# x
> x
---
===
/close
http://evil.example
www.evil.example
:smile:
&amp; &#64; &lt;
![x](y)
<!-- x -->
``` x
GH-12
a`b``c
| a | b |
$x$
~~x~~
\\`x\\`
[[Home]]
@org/team
x\\
""".splitlines()


@pytest.mark.parametrize("text", [*NAMES.split(), NAMES, *LINES])
def test_words_are_shown_as_they_are_and_do_nothing(text: str) -> None:
    assert shown(words(text)) == text
    assert {token.type for token in tokens(words(text))} <= {
        "paragraph_open", "paragraph_close", "inline", "text", "text_special",
    }  # fmt: skip


def test_plain_names_stay_readable() -> None:
    assert words("calls crm.sync_lead(), which calls get_lead (suds)") == (
        "calls crm.sync_lead(), which calls get_lead (suds)"
    )


_PIECES = """\
</code></details><script>alert(1)</script>
@everyone
#1
owner/repo#1
http://evil.example/
www.evil.example
x@evil.example
![a](http://evil/x.png)
[a]: http://evil
| a | b |
````
&#64;all
/close
:tada:
$$x$$
<!--
~~~
1. x
- [ ] x
GH-1
!1
&1
""".splitlines()
_CHARACTERS = (
    st.sampled_from("`*_|<>&@#!$%:/\\[](){}~^=+-. \n\t\r1aZé\0\u202e\u2028\ud800'\"w") | st.characters()
)
_foreign = st.text(_CHARACTERS, max_size=40) | st.sampled_from(["\n\n# x", *_PIECES])
_PAIRED = "heading paragraph bullet_list ordered_list list_item table thead tbody tr th td strong".split()  # noqa: SIM905
_KINDS = {f"{kind}_{end}" for kind in _PAIRED for end in ("open", "close")} | {
    "inline",
    "fence",
    "text",
    "text_special",
    "code_inline",
}
# A name, a number or an address that GitHub or GitLab would act on in text that is not code.
_ACTIVE = re.compile(r"(?:[@#!$%&]|GH-|gh-)(?=\w)|:(?=\w|//)|www\.|\$\$")


@given(path=_foreign, message=_foreign, name=_foreign, excerpt=_foreign, snippet=_foreign, reason=_foreign)
@example("a|b`.py", "`x", "`", "```", "~~~\n```", "\\")
@example("", "", "", "", "", "a:_b")
@settings(max_examples=150)
def test_foreign_text_changes_nothing(
    path: str, message: str, name: str, excerpt: str, snippet: str, reason: str
) -> None:
    from marketo_migrate.model.finding import Confidence, Kind, Replacement, RestOperation, Tier

    location = Location(path, Span(1, 1, 1, 2))
    finding = Finding(
        "MKT101", name, Kind.CALL, name, "suds", location, Confidence.CERTAIN, Tier.NONE, reason, message,
        Replacement(message, (RestOperation("x", "GET", path, "d", "r"),), snippet),
        (Step(message, location),), "f", False, ((1, excerpt),),
    )  # fmt: skip
    text = render(ScanResult((finding,), (FileProblem(path, 1, message),), {}))
    text.encode("utf-8", "strict")
    found = tokens(text)
    assert {token.type for token in found} <= _KINDS
    kinds = [token.type for token in found]
    assert kinds.count("heading_open") == 3
    assert kinds.count("table_open") == 1
    assert kinds.count("td_open") == (5 if name else 2)
    assert kinds.count("list_item_open") == 3
    assert 1 <= kinds.count("fence") <= 2
    plain = [token.content for token in found if token.type in ("text", "text_special")]
    assert [part for part in plain if _ACTIVE.search(part.removeprefix("1:1 "))] == []
    assert not [char for char in text if char != "\n" and not char.isprintable()]
    assert not [line for line in text.split("\n") if line.strip().startswith("::")]


@given(
    st.text(
        st.sampled_from("`ab |\\") | st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20
    )
)
def test_code_is_shown_as_it_is(text: str) -> None:
    assert shown(f"x{code(text)}") == "x" + (text if text.strip() else "")


@given(st.lists(st.text(st.sampled_from("`\\| ab"), max_size=12).map(code), min_size=2, max_size=4))
def test_cells_stay_apart(cells: list[str]) -> None:
    row = (
        f"| {' | '.join('h' for _ in cells)} |\n|{'---|' * len(cells)}\n| {' | '.join(map(cell, cells))} |\n"
    )
    kinds = [token.type for token in tokens(row)]
    assert kinds.count("td_open") == len(cells)
    # The row itself has as many ends of cells as it should: an escaped pipe has an odd number of backslashes.
    ends = [match for match in re.finditer(r"(\\*)\|", row.splitlines()[2]) if len(match[1]) % 2 == 0]
    assert len(ends) == len(cells) + 1


def test_a_block_holds_any_fence() -> None:
    [fence] = READER.parse(block(["```", "~~~~", "`````", "x"]))
    assert fence.content == "```\n~~~~\n`````\nx\n"
