"""The page in a real browser: it keeps its own rules, works by keyboard, in the dark and without script."""

import json
from pathlib import Path

import pytest
from chromium import Page

TROUBLE = ("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Audits.issueAdded")
SHOWN = "[...document.querySelectorAll('#table tbody')].filter(row => !row.hidden)"
COUNT = "document.getElementById('count').textContent"
FOCUS = "document.activeElement"

# Every text that is seen must stand out from what is behind it (WCAG 2.2, success criterion 1.4.3).
CONTRAST = """
(() => {
  const parse = (text) => {
    const parts = text.match(/[\\d.]+/g).map(Number);
    const scale = text.startsWith("color(") ? 255 : 1;
    return { rgb: parts.slice(0, 3).map((part) => part * scale), alpha: parts[3] ?? 1 };
  };
  const over = (front, back) => front.rgb.map((part, i) => part * front.alpha + back[i] * (1 - front.alpha));
  const behind = (element) => {
    if (!element) return parse(getComputedStyle(document.body).backgroundColor).rgb;
    const own = parse(getComputedStyle(element).backgroundColor);
    return own.alpha === 1 ? own.rgb : over(own, behind(element.parentElement));
  };
  const light = (rgb) => {
    const linear = (p) => (p <= 0.04045 ? p / 12.92 : ((p + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = rgb.map((part) => linear(part / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const bad = [];
  let seen = 0;
  for (const element of document.querySelectorAll("body *")) {
    const text = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    const unseen = element.closest("script, .skip, .unseen, option");
    if (!text || unseen || !element.checkVisibility()) continue;
    seen += 1;
    const style = getComputedStyle(element);
    const back = behind(element);
    const front = over(parse(style.color), back);
    const [high, low] = [light(front), light(back)].sort((a, b) => b - a);
    const size = parseFloat(style.fontSize);
    const needed = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < needed) bad.push([element.outerHTML.slice(0, 120), ratio]);
  }
  return { seen, bad };
})()
"""


def trouble(page: Page) -> list[dict]:
    """What the browser complained about."""
    return [event["params"] for event in page.events if event["method"] in TROUBLE]


def requests(page: Page) -> list[str]:
    """The addresses asked for, but for the page's own."""
    asked = [
        event["params"]["request"]["url"]
        for event in page.events
        if event["method"] == "Network.requestWillBeSent"
    ]
    return [url for url in asked if not url.startswith(("file:///", "data:,"))]


def test_trouble_would_be_noticed(page: Page, example: Path, tmp_path: Path) -> None:
    attack = (
        "<img src=http://127.0.0.1:9/x onerror=alert(1)><script>throw 1</script><p style='color:red'>x</p>"
    )
    changed = tmp_path / "changed.html"
    changed.write_text(
        example.read_text(encoding="utf-8").replace("<main", attack + "<main", 1), encoding="utf-8"
    )
    page.open(changed)
    assert len([event for event in trouble(page) if "Content Security Policy" in json.dumps(event)]) >= 3
    assert page.evaluate("getComputedStyle(document.querySelector('p[style]')).color") != "rgb(255, 0, 0)"


def test_the_page_is_quiet(page: Page, example: Path) -> None:
    page.open(example)
    page.evaluate("document.querySelectorAll('details').forEach(item => item.open = true)")
    page.evaluate("document.querySelectorAll('#table thead button').forEach(item => item.click())")
    page.evaluate("document.querySelectorAll('a[data-filter]').forEach(item => item.click())")
    page.settle()
    assert trouble(page) == []
    assert requests(page) == []


def test_foreign_text_does_nothing(page: Page, hostile: Path) -> None:
    page.open(hostile)
    page.evaluate("document.querySelectorAll('details').forEach(item => item.open = true)")
    page.evaluate("document.querySelectorAll('a[data-filter]').forEach(item => item.click())")
    page.settle()
    assert page.evaluate("'pwned' in window") is False
    assert trouble(page) == []
    assert requests(page) == []
    assert page.evaluate("document.querySelectorAll('img, main script, main svg[onload]').length") == 0
    assert (
        page.evaluate("[...document.links].filter(link => !/^(https|file):$/.test(link.protocol)).length")
        == 0
    )
    assert page.evaluate("document.body.textContent.includes('\\u202e')") is False
    assert page.evaluate("document.querySelectorAll('#table tbody').length") == 5


def test_filter_by_keyboard(page: Page, example: Path) -> None:
    page.open(example)
    total = page.evaluate(f"{SHOWN}.length")
    assert page.evaluate(COUNT) == f"{total} findings"
    for _ in range(60):
        page.press("Tab")
        if page.evaluate(f"{FOCUS}.name") == "text":
            break
    page.type("syncLead")
    page.evaluate("new Promise(done => setTimeout(done, 200))")
    shown = page.evaluate(f"{SHOWN}.length")
    assert 0 < shown < total
    assert page.evaluate(COUNT) == f"{shown} of {total} findings"
    assert page.evaluate(f"{SHOWN}.every(row => row.textContent.toLowerCase().includes('synclead'))")
    page.press("Tab")
    assert page.evaluate(f"{FOCUS}.name") == "way"
    page.type("b")
    page.settle()
    assert page.evaluate(f"{SHOWN}.every(row => row.dataset.way === 'hand')")
    page.evaluate("document.querySelector('#filters [type=reset]').focus()")
    page.press("Enter")
    page.evaluate("new Promise(done => setTimeout(done, 50))")
    assert page.evaluate(f"{SHOWN}.length") == total


def test_nothing_fits(page: Page, example: Path) -> None:
    page.open(example)
    assert page.evaluate("document.getElementById('nothing').hidden") is True
    page.evaluate("document.querySelector('[name=text]').focus()")
    page.type("no such thing")
    page.evaluate("new Promise(done => setTimeout(done, 200))")
    assert page.evaluate("document.getElementById('nothing').hidden") is False
    page.evaluate("document.querySelector('#nothing button').focus()")
    page.press("Enter")
    page.evaluate("new Promise(done => setTimeout(done, 50))")
    assert page.evaluate("document.getElementById('nothing').hidden") is True
    assert page.evaluate(f"{FOCUS}.name") == "text"


def test_sort_by_keyboard(page: Page, example: Path) -> None:
    page.open(example)
    efforts = "[...document.querySelectorAll('#table tbody')].map(row => Number(row.dataset.minutes))"
    before = page.evaluate(efforts)
    assert before != sorted(before)
    page.evaluate("document.querySelector('[data-key=minutes] button').focus()")
    for direction, expected in (("ascending", sorted(before)), ("descending", sorted(before, reverse=True))):
        page.press("Enter")
        assert page.evaluate("document.querySelector('[aria-sort]').dataset.key") == "minutes"
        assert page.evaluate("document.querySelector('[aria-sort]').ariaSort") == direction
        assert page.evaluate(efforts) == expected
        assert page.evaluate(f"{FOCUS}.textContent") == "Effort"
    page.press("Enter")
    assert page.evaluate("document.querySelector('[aria-sort]')") is None
    assert page.evaluate(efforts) == before


def test_a_chart_leads_to_its_findings(page: Page, example: Path) -> None:
    page.open(example)
    page.evaluate("document.querySelector('a[data-filter=owner][data-value=\"@lee\"]').focus()")
    page.press("Enter")
    page.evaluate("new Promise(done => setTimeout(done, 50))")
    owners = f"{SHOWN}.map(row => row.querySelector('.owner').textContent.trim().split(/\\s+/).join(' '))"
    assert set(page.evaluate(owners)) == {"@acme/platform @lee"}
    page.evaluate("document.querySelector('a[data-filter=loop]').click()")
    page.evaluate("new Promise(done => setTimeout(done, 50))")
    assert page.evaluate(f"{SHOWN}.length") == page.evaluate("document.querySelectorAll('.tag').length") > 0


def test_a_finding_opens_by_keyboard(page: Page, example: Path) -> None:
    page.open(example)
    page.evaluate("document.querySelector('tbody summary').focus()")
    page.press("Enter")
    assert page.evaluate("document.querySelector('tbody details').open") is True
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(outline) == "solid"


def test_what_a_screen_reader_is_told(page: Page, example: Path) -> None:
    page.open(example)
    nodes = page.call("Accessibility.getFullAXTree")["nodes"]
    told = [
        (node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in nodes
        if not node["ignored"]
    ]
    roles = [role for role, _ in told]
    assert {"banner", "main", "navigation", "contentinfo", "table", "status", "search"} - {"search"} <= set(
        roles
    )
    rows = page.evaluate("document.querySelectorAll('#table tbody').length")
    assert [name for role, name in told if role == "columnheader"].count("Effort") >= 1
    assert roles.count("rowheader") >= rows
    assert ("table", "Findings") in told
    images = [name for role, name in told if role in ("image", "img")]
    assert images
    assert all(images)
    assert all(
        name
        for role, name in told
        if role in ("button", "link", "textbox", "searchbox", "combobox", "checkbox")
    )


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_contrast(page: Page, example: Path, dark: bool) -> None:
    page.size(1280, 900, dark=dark)
    page.open(example)
    page.evaluate("document.querySelectorAll('details').forEach(item => item.open = true)")
    dim = page.evaluate(
        "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).every(part => part < 60)"
    )
    assert dim is dark
    result = page.evaluate(CONTRAST)
    assert result["seen"] > 200
    assert result["bad"] == []


@pytest.mark.parametrize("name", ["example", "hostile"])
@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_nothing_runs_over_the_edge(
    page: Page, request: pytest.FixtureRequest, name: str, width: int
) -> None:
    page.size(width, 740, mobile=width < 700)
    page.open(request.getfixturevalue(name))
    page.evaluate("document.querySelectorAll('details').forEach(item => item.open = true)")
    page.settle()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_script(page: Page, example: Path) -> None:
    page.call("Emulation.setScriptExecutionDisabled", value=True)
    page.call("Page.navigate", url=example.as_uri())
    nodes: list[dict] = []
    for _ in range(100):
        nodes = page.call("Accessibility.getFullAXTree")["nodes"]
        if any(node["role"]["value"] == "contentinfo" for node in nodes if not node["ignored"]):
            break
    roles = [node["role"]["value"] for node in nodes if not node["ignored"]]
    assert "table" in roles
    assert "combobox" not in roles
    assert "button" not in roles
    assert roles.count("DisclosureTriangle") > 20


def test_five_thousand_findings(page: Page, many: Path) -> None:
    page.open(many)
    loaded = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    measured = """(async () => {
      const start = performance.now();
      const drawn = done => requestAnimationFrame(() => requestAnimationFrame(done));
      await new Promise(done => { %s; setTimeout(() => drawn(done), %d); });
      return performance.now() - start;
    })()"""
    type_text = (
        "const f = document.querySelector('[name=text]'); f.value = 'job0123 lead'; "
        "f.dispatchEvent(new Event('input', {bubbles: true}))"
    )
    filtered = page.evaluate(measured % (type_text, 130))
    assert page.evaluate(COUNT) == "1 of 5,000 findings"
    cleared = page.evaluate(measured % ("document.getElementById('filters').reset()", 10))
    assert page.evaluate(COUNT) == "5,000 findings"
    sort = "document.querySelector('[data-key=minutes] button').click()"
    ordered = page.evaluate(measured % (sort, 0))
    print(f"load {loaded:.0f} ms, filter {filtered:.0f} ms, clear {cleared:.0f} ms, sort {ordered:.0f} ms")
    # Bounds for a very busy machine: a free one loads in two seconds, and filters in a third of one.
    assert loaded < 40_000
    assert max(filtered, cleared, ordered) < 10_000
