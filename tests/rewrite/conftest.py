"""Makes the neighbouring modules importable by their own names."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "harness")]
