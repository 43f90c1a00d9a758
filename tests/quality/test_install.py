"""What an editable install leaves beside the checkout."""

import json
from importlib.metadata import distribution
from importlib.util import cache_from_source
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_an_editable_install_compiles_the_modules() -> None:
    installed = json.loads(distribution("marketo-migrate").read_text("direct_url.json") or "{}")
    if installed.get("url") != ROOT.as_uri() or not installed.get("dir_info", {}).get("editable"):
        pytest.skip("the project is not installed from this checkout")
    modules = sorted((ROOT / "marketo_migrate").rglob("*.py"))
    missing = [module for module in modules if not Path(cache_from_source(str(module))).exists()]
    # A module that is younger than the install is compiled when it is imported, or stays as it is.
    installation = Path(cache_from_source(str(ROOT / "marketo_migrate" / "__init__.py"))).stat().st_mtime
    assert [module for module in missing if module.stat().st_ctime < installation] == []
