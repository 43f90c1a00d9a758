"""Fuzzing guided by coverage, with atheris: bytes that reach new lines are kept and changed further.

The bytes of libFuzzer take the place of chance: what makes an input asks them for its numbers.
"""

import sys
from random import Random
from types import FunctionType
from typing import Any

from tests.fuzz.targets import FuzzTarget


class FedRandom(Random):
    """Chance from given bytes; zeros when they are used up."""

    def __init__(self, seed: int = 0) -> None:
        super().__init__(seed)
        self._data = b""
        self._at = 0

    def feed(self, data: bytes) -> "FedRandom":
        """Take the numbers from these bytes."""
        self._data = data
        return self

    def random(self) -> float:
        return self.getrandbits(32) / 2**32

    def getrandbits(self, k: int, /) -> int:
        size = (k + 7) // 8
        taken = self._data[self._at : self._at + size].ljust(size, b"\0")
        self._at += size
        return int.from_bytes(taken, "little") >> (size * 8 - k)


def run(target: FuzzTarget, seconds: float) -> int:
    """Run one target for so long; libFuzzer ends the process at the first failure and keeps its input."""
    try:
        import atheris
    except ImportError:
        print("needs atheris: pip install atheris", file=sys.stderr)
        return 2

    # Rules, fixtures and modules are loaded before counting begins.
    target.check(target.make(Random(0)))
    for name, module in sorted(sys.modules.items()):
        if name.startswith("marketo_migrate."):
            for value in vars(module).values():
                if isinstance(value, FunctionType) and value.__module__ == name:
                    atheris.instrument_func(value)

    def once(data: bytes) -> Any:
        target.check(target.make(FedRandom().feed(data)))

    atheris.Setup([sys.argv[0], f"-max_total_time={int(seconds)}", "-max_len=4096", "-timeout=60"], once)
    atheris.Fuzz()
    return 0
