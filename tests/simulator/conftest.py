"""Makes the neighbouring modules importable by their own names, and gives each test its instances."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from faces import Sides

from marketo_migrate.simulator.instance import Instance


@pytest.fixture
def instance() -> Instance:
    return Instance()


@pytest.fixture
def sides() -> Sides:
    """Three instances with the same seed: zeep calls one, suds another, REST the third."""
    return Sides()
