"""What is fuzzed: for each target how an input is made and what must hold for it.

`make` draws an input from a source of chance; `check` gives it to the product and raises where anything but
results or clear messages comes out. The same number makes the same input again.
"""

import ast
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from marketo_migrate.collect.visitor import collect
from marketo_migrate.config.load import load_settings
from marketo_migrate.config.settings import Settings
from marketo_migrate.config.settings import Target as RestTarget
from marketo_migrate.detect.masking import mask, mask_settings
from marketo_migrate.errors import MarketoMigrateError
from marketo_migrate.fixing import Fixing
from marketo_migrate.gate.baseline import read_baseline, render_baseline
from marketo_migrate.model.finding import Confidence
from marketo_migrate.model.result import FileProblem, ScanResult
from marketo_migrate.pipeline import Examination, Wish, examine, examine_again, result_of, with_tiers
from marketo_migrate.report import github, gitlab, json_format, junit, markdown, plan_markdown, sarif, text
from marketo_migrate.report.diff import render_diff
from marketo_migrate.report.fixed import MovedUnit, render_fixed
from marketo_migrate.report.html import page
from marketo_migrate.report.json_reading import read_result
from marketo_migrate.report.patch import render_patch
from marketo_migrate.report.plan import Project, add_up
from marketo_migrate.rewrite.dependencies import require
from marketo_migrate.rewrite.describe import read_describe
from marketo_migrate.ruleset.load import load
from marketo_migrate.ruleset.run import RunRules
from marketo_migrate.syntax.decode import decode
from marketo_migrate.syntax.parse import Parsed, parse
from tests.fuzz import python_mutations, text_mutations

PROJECT = Path(__file__).parents[2]
TODAY = date(2026, 9, 1)
TIERS = Wish(rewrite=True)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class FuzzTarget:
    """`name` is asked for on the command line."""

    name: str
    make: Callable[[Random], Any]
    check: Callable[[Any], None]


# --- Python -----------------------------------------------------------------------------------------


@cache
def _programs() -> list[python_mutations.Files]:
    return python_mutations.seeds()


@cache
def _modules() -> list[bytes]:
    found = {data for files in _programs() for path, data in files.items() if path.endswith(".py")}
    return sorted(found, key=lambda data: (len(data), data))


def _small_first(items: list[Any], random: Random) -> Any:
    return items[int(len(items) * random.random() ** 1.5)]


def _any_module(random: Random) -> bytes:
    data = _small_first(_modules(), random)
    if random.random() < 0.5:
        return text_mutations.mutated(data, random)
    return python_mutations.mutated({"module.py": data}, random)["module.py"]


def check_parser(data: bytes) -> None:
    """A module or a problem; of a module, its text comes back, and its facts can be collected."""
    parsed = parse("module.py", data)
    if isinstance(parsed, FileProblem):
        _check_message(parsed.message)
        return
    # LibCST drops some comments and blank lines at the end, and a carriage return that ends the file.
    assert _without_end(parsed.tree.code) == _without_end(parsed.text)
    if parsed.language == 3:
        assert parsed.text == parsed.original == decode("module.py", data)[0]
    check_collector(parsed)


def _without_end(text: str) -> str:
    return re.sub(r"(?:\s|#[^\r\n]*(?=[\r\n]|\Z))+\Z", "", text)


def check_collector(parsed: Parsed) -> None:
    """Facts whose places lie in the text and say what they are."""
    facts = collect(parsed)
    assert facts.text == parsed.text


def _any_program(random: Random) -> python_mutations.Files:
    return python_mutations.mutated(_small_first(_programs(), random), random)


@contextmanager
def _written(files: Mapping[str, bytes]) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="fuzz-") as directory:
        root = Path(directory).resolve()
        for name, data in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        yield root


@cache
def _rules() -> RunRules:
    return RunRules(())


def _examined(root: Path, settings: Settings, wish: Wish) -> Examination:
    return examine((root,), settings, today=lambda: TODAY, rules=_rules(), base=root, wish=wish)


def _settings(size: int) -> Settings:
    """All that is there, on one process; the settings that vary follow from the size, so that runs repeat."""
    return Settings(
        confidence=Confidence.POSSIBLE,
        jobs=1,
        target=(RestTarget.MARKETORESTPYTHON, RestTarget.REQUESTS)[size % 4 == 0],
    )


def check_scan(files: python_mutations.Files) -> None:
    """Findings in every format, each of which reads back."""
    with _written(files) as root:
        check_renderers(
            result_of(with_tiers(_examined(root, _settings(sum(map(len, files.values()))), TIERS)))
        )


def check_fix(files: python_mutations.Files) -> None:
    """What is written parses, can be shown, and leaves nothing more to rewrite."""
    size = sum(map(len, files.values()))
    with _written(files) as root:
        examined = _examined(root, _settings(size), Wish(rewrite=True, unsafe=size % 3 != 0))
        fixing = Fixing(examined, annotate=size % 5 == 0)
        outcome = fixing.outcome(fixing.units)
        changed: dict[str, bytes] = {}
        for change_set in outcome.change_sets:
            for change in change_set.changes:
                assert change.path not in changed
                changed[change.path] = change.after
                if not change.new:
                    assert (root / change.path).read_bytes() == change.before
                if change.path.endswith(".py") and (change.new or _is_python(change.before)):
                    assert _is_python(change.after), change.path
        render_diff(outcome.change_sets, mask=fixing.mask)
        render_patch(outcome.change_sets, root=str(root), mask=fixing.mask)
        moved = [MovedUnit(u.change_set.title, (), u.change_set.notes, u.calls) for u in outcome.units]
        render_fixed(moved, outcome.assumptions, outcome.left, written=True, mask=fixing.mask, width=90)
        check_renderers(outcome.left)
        if changed:
            again = Fixing(examine_again(examined, changed), annotate=size % 5 == 0)
            assert again.units == (), f"a second run changes {[u.change_set.title for u in again.units]}"


def _is_python(data: bytes) -> bool:
    try:
        ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


# --- renderers ---------------------------------------------------------------------------------------


@cache
def _ruleset() -> Any:
    return load(())


def check_renderers(result: ScanResult) -> None:
    """Every format takes the result; what it writes is UTF-8, and what readers parse, parses."""
    written = json_format.render(result, version="1")
    parts = [
        text.render(result, width=90, color=True, statistics=True),
        written,
        sarif.render(result, version="1", ruleset=_ruleset(), fixes=result.fixes),
        github.render(result),
        gitlab.render(result),
        junit.render(result),
        markdown.render(result),
        *page.render(lambda: (Project("a", result),), add_up((Project("a", result),)), version="1"),
        *plan_markdown.render(lambda: (Project("a", result),), add_up((Project("a", result),))),
    ]
    # As the command writes it.
    data = [part.encode("utf-8", "backslashreplace") for part in parts]
    for number in (1, 2, 4):
        json.loads(data[number])
    assert json_format.render(read_result(data[1]), version="1") == written


@cache
def _some_results() -> list[Any]:
    documents = []
    for name in ("suds_crm_sync", "py2_app", "raw_xml_cron"):
        root = PROJECT / "fixtures/projects" / name
        result = result_of(with_tiers(_examined(root, _settings(1), TIERS)))
        documents.append(json.loads(json_format.render(result, version="1")))
    return documents


def make_result(random: Random) -> bytes:
    document = dict(random.choice(_some_results()))
    findings = document["findings"]
    document["findings"] = [random.choice(findings) for _ in range(random.choice((0, 1, 3)))]
    return text_mutations.mutated_json(document, random)


def check_result(data: bytes) -> None:
    """A result that every format takes, or a message."""
    try:
        result = read_result(data)
    except MarketoMigrateError as error:
        _check_message(str(error))
        return
    check_renderers(result)


def _check_message(message: str) -> None:
    assert message.strip()
    assert "Traceback" not in message
    assert len(message) < 100_000, "a message of that length helps nobody"


# --- files that people write --------------------------------------------------------------------------

SETTINGS = """\
[tool.marketo-migrate]
paths = ["src", "lib"]
exclude = ["tests/", "*.gen.py"]
confidence = "possible"
fail-on = "likely"
select = ["MKT101", "getLead"]
ignore = ["MKT9"]
jobs = 2
target = "requests"
baseline = "marketo-baseline.json"
require-reason = true

credentials = "settings"
describe = "describe.json"
fail-on-problems = true

[tool.marketo-migrate.per-path-ignores]
"legacy/" = ["getLead"]
'vendor/' = { rules = ["MKT1"], reason = "in  May", until = 2027-05-31 }
"*.ini" = { until = "2027-06-30" }
"""


def make_settings(random: Random) -> bytes:
    return text_mutations.mutated(SETTINGS.encode(), random)


def check_settings(data: bytes) -> None:
    """Settings, or a message that names the file."""
    for name in ("pyproject.toml", "marketo-migrate.toml"):
        content = (
            data
            if name == "pyproject.toml"
            else data.replace(b"tool.marketo-migrate.", b"").replace(b"[tool.marketo-migrate]\n", b"")
        )
        with _file(name, content) as path:
            _try(lambda path=path: load_settings(path), path)


BASELINE = {
    "version": 1,
    "findings": [
        {"path": "a.py", "rule": "MKT101", "name": "getLead", "fingerprint": "0123456789abcdef", "count": 2},
        {"path": "b.py", "rule": "MKT901", "name": "client", "fingerprint": "f" * 16, "reason": "later"},
    ],
}


def make_baseline(random: Random) -> bytes:
    return text_mutations.mutated_json(BASELINE, random)


def check_baseline(data: bytes) -> None:
    """Entries that are written as they were read, or a message that names the file."""
    with _file("baseline.json", data) as path:
        entries = _try(lambda: read_baseline(path), path)
        if entries is not None:
            path.write_text(render_baseline(entries), encoding="utf-8")
            assert read_baseline(path) == entries


@cache
def _describe() -> Any:
    found = sorted((PROJECT / "fixtures/fix").glob("*/describe.json"))
    document = json.loads(found[0].read_text(encoding="utf-8"))
    document["result"] = document["result"][:4]
    return document


def make_describe(random: Random) -> bytes:
    return text_mutations.mutated_json(_describe(), random)


def check_describe(data: bytes) -> None:
    """Fields, or a message that names the file."""
    path = Path("describe.json")
    try:
        content = data.decode()
    except UnicodeDecodeError:
        return
    _try(lambda: read_describe(content, str(path)), path)


@cache
def _rule_files() -> list[tuple[str, bytes]]:
    paths = [
        path
        for kind in ("operations", "integration", "clients")
        for path in (PROJECT / "rules" / kind).glob("*.yml")
    ]
    return sorted((path.relative_to(PROJECT / "rules").as_posix(), path.read_bytes()) for path in paths)


def make_rules(random: Random) -> tuple[str, bytes]:
    name, data = random.choice(_rule_files())
    if random.random() < 0.7:
        import yaml

        document = json.loads(json.dumps(yaml.safe_load(data), default=str))
        return name, text_mutations.mutated_json(document, random)
    return name, text_mutations.mutated(data, random)


def check_rules(rule: tuple[str, bytes]) -> None:
    """Rules, or messages that name the file."""
    name, data = rule
    with tempfile.TemporaryDirectory(prefix="fuzz-") as directory:
        path = Path(directory, name)
        path.parent.mkdir()
        path.write_bytes(data)
        _try(lambda: load((Path(directory),)), Path(name))


ENVELOPE = b"""<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:ns="http://www.marketo.com/mktows/">
  <soapenv:Header><ns:AuthenticationHeader><mktowsUserId>{user}</mktowsUserId>
    <requestSignature>%(signature)s</requestSignature></ns:AuthenticationHeader></soapenv:Header>
  <soapenv:Body><ns:paramsGetLead><leadKey><keyType>EMAIL</keyType><keyValue>a@b.c</keyValue></leadKey>
  </ns:paramsGetLead></soapenv:Body></soapenv:Envelope>
"""
TEXT_FILES = {
    "envelope.xml": ENVELOPE,
    "settings.ini": b"[marketo]\nwsdl = https://1.mktoapi.com/soap/mktows/2_3?WSDL\nkey = 4612345678ABCDEF0123\n",
    ".env": b"MARKETO_ENDPOINT=https://1.mktoapi.com/soap/mktows/2_3\nMARKETO_KEY='secret words'\n",
    "conf.yml": b"marketo:\n  endpoint: https://1.mktoapi.com/soap/mktows/2_3 # marketo-migrate: ignore[MKT904] -- why\n",
    "conf.json": b'{"marketo": {"endpoint": "https://1.mktoapi.com/soap/mktows/2_3", "secret": "x"}}\n',
    "pyproject.toml": b'[project]\nname = "x"\ndependencies = ["marketo==0.1", "zeep>=4"]\n',
    "requirements.txt": b"marketo==0.1 # via x\n-r other.txt\nsuds_marketo\nzeep[async]>=4 ; python_version > '3'\n",
    "setup.cfg": b"[options]\ninstall_requires =\n    marketo\n    zeep\n",
    "setup.py": b"from setuptools import setup\nsetup(install_requires=['marketo', 'zeep>=4'])\n",
    "Pipfile": b'[packages]\nmarketo = "*"\n',
    "environment.yml": b"dependencies:\n  - pip:\n    - marketo\n",
    ".gitignore": b"*.tmp\n!keep.tmp\n/build\n[a-z]?**/x\n",
    "CODEOWNERS": b"* @all\n/docs/ @docs a@b.c\n[Section][2] @s\n*.py\n",
    "use.py": b"import requests\nfrom string import Template\nBODY = open('envelope.xml').read()\n"
    b"requests.post('https://1.mktoapi.com/soap/mktows/2_3', data=BODY)  # marketo-migrate: ignore\n",
}  # fmt: skip


def make_text_files(random: Random) -> dict[str, bytes]:
    files = dict(TEXT_FILES)
    for name in random.sample(sorted(files), random.choice((1, 2, 4))):
        files[name] = text_mutations.mutated(files[name], random)
    body = text_mutations.mutated(ENVELOPE, random).decode("utf-8", "replace")
    files["post.py"] = (
        f"import requests\nX = {body!r}\nrequests.post('https://1.mktoapi.com/soap/mktows/2_3', data=X)\n"
        f"requests.post('https://1.mktoapi.com/soap/mktows/2_3', data=f{body!r})\n"
    ).encode("utf-8", "replace")
    return files


def check_text_files(files: dict[str, bytes]) -> None:
    """Findings of envelopes, settings and requirements, and the changes of requirements."""
    check_scan(files)
    documents = {
        path: decode(path, data)[0] for path, data in files.items() if path not in ("use.py", "post.py")
    }
    found = require(documents, requirement="marketorestpython>=0.5.25", gone=frozenset({"marketo", "zeep"}))
    again = require(
        {**documents, **found.texts},
        requirement="marketorestpython>=0.5.25",
        gone=frozenset({"marketo", "zeep"}),
    )
    assert not again.texts, "required twice"


MARKS = (
    "# marketo-migrate: ignore", "# marketo-migrate: ignore[MKT101]", "# marketo-migrate: ignore[getLead] -- why",
    "# marketo-migrate: ignore[MKT101, MKT9] until 2026-12-31 -- x", "# marketo-migrate: ignore-file",
    "# marketo-migrate: ignore-next-line", "# noqa: MKT101", "# marketo-migrate: ignore[] until 2026-13-01",
    "# MARKETO-MIGRATE:ignore", "# marketo-migrate: ignore-start", "# marketo-migrate: ignore-end", "#marketo-migrate:",
    "# marketo-migrate: MKT101 stays: why",
)  # fmt: skip
MARKED = b"""from suds.client import Client
c = Client("https://1.mktoapi.com/soap/mktows/2_3?WSDL")
MARK
x = c.service.getLead(key)  MARK
y = c.service.syncLead(
    key,  MARK
)  MARK
\"\"\"
MARK
\"\"\"
"""


def make_marks(random: Random) -> dict[str, bytes]:
    data = MARKED
    while b"MARK" in data:
        data = data.replace(
            b"MARK",
            random.choice(MARKS).replace("MARK", "mark").encode() if random.random() < 0.6 else b"",
            1,
        )
    ini = b"[a]\nurl = https://1.mktoapi.com/soap/mktows/2_3 " + random.choice(MARKS).encode() + b"\n"
    words = [mark.encode() for mark in MARKS] + [
        b"\\\n",
        b"\r",
        b"\x0c",
        b"'''",
        b"(",
        b"-- ",
        b"until",
        b"[",
        b"]",
        b"\xff",
    ]
    return {
        "a.py": text_mutations.mutated(data, random, words),
        "b.ini": text_mutations.mutated(ini, random, words),
    }


def make_bytes(random: Random) -> bytes:
    pieces = (b"encryption_key = 'x1y2z3a4b5c6d7e8f9'", b"<mktowsUserId>a_4612345678ABCDEF</mktowsUserId>", b"://u:p@h",
              b"'a_4612345678ABCDEF', 'key-key-key'", b"?user=abcdefg&key=abcdefg", b"48a2fe10b6c7d35994e1b07c3f25d886",
              b"a" * 500, b"0" * 500, b"key: ", b"secret_key_" * 50, b"<" * 300, b"'" * 101, b"key=" * 200, b" " * 300)  # fmt: skip
    return text_mutations.mutated(b"\n".join(random.choice(pieces) for _ in range(4)), random, pieces)


def check_masking(data: bytes) -> None:
    """What is masked stays masked; lines stay."""
    content = data.decode("utf-8", "replace")
    masked = mask(content, frozenset({"key-key-key"}))
    assert "key-key-key" not in masked
    assert masked.count("\n") == content.count("\n")
    mask_settings(content)


@contextmanager
def _file(name: str, data: bytes) -> Iterator[Path]:
    directory = Path(tempfile.mkdtemp(prefix="fuzz-"))
    try:
        path = directory / name
        path.write_bytes(data)
        yield path
    finally:
        shutil.rmtree(directory)


def _try(read: Callable[[], _T], path: Path) -> _T | None:
    """What is read, or None after a message that names the file."""
    try:
        return read()
    except MarketoMigrateError as error:
        _check_message(str(error))
        assert path.name in str(error)  # noqa: PT017
        return None


TARGETS = {
    target.name: target
    for target in (
        FuzzTarget("parser", _any_module, check_parser),
        FuzzTarget("scan", _any_program, check_scan),
        FuzzTarget("fix", _any_program, check_fix),
        FuzzTarget("envelopes", make_text_files, check_text_files),
        FuzzTarget("marks", make_marks, check_scan),
        FuzzTarget("rules", make_rules, check_rules),
        FuzzTarget("settings", make_settings, check_settings),
        FuzzTarget("baseline", make_baseline, check_baseline),
        FuzzTarget("results", make_result, check_result),
        FuzzTarget("describe", make_describe, check_describe),
        FuzzTarget("masking", make_bytes, check_masking),
    )
}
