"""Makes the neighbouring modules importable by their own names, however the tests are started."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
