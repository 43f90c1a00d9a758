"""One function for many tasks, on as many processors as pay: tasks in, their results out, in order.

A process of its own costs a copy of this one, so that nothing has to be handed to it; only results go
through a pipe. What a process did not finish, because it was killed or ran out of memory, is done here.
"""

import os
import sys
from collections.abc import Callable, Sequence
from typing import TypeVar, cast

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")

_NUMBER = 4
_PIPE = 60_000
"""How many bytes a pipe takes without a reader."""


def processors(jobs: int) -> int:
    """How many processes to use at most; `jobs` 0 stands for as many as there are processors."""
    if not may_fork():
        return 1
    return jobs or len(os.sched_getaffinity(0))


def may_fork() -> bool:
    """Whether a copy of this process is cheap and harmless: Linux, no other thread."""
    if not sys.platform.startswith("linux"):
        return False
    threading = sys.modules.get("threading")
    return threading is None or threading.active_count() == 1


def each(tasks: Sequence[_Task], work: Callable[[_Task], _Result], *, jobs: int) -> list[_Result]:
    """The results of `work` for all tasks, by at most `jobs` processes; what it raises is raised here.

    The first tasks are begun first, so the longest ones should stand there.
    """
    count = min(jobs, len(tasks), _PIPE // _NUMBER)
    if count < 2 or len(tasks) > _PIPE // _NUMBER:
        return [work(task) for task in tasks]
    results: dict[int, _Result] = {}
    numbers, feed = os.pipe()
    os.write(feed, b"".join(number.to_bytes(_NUMBER, "little") for number in range(len(tasks))))
    os.close(feed)
    children = [_start(numbers, tasks, work) for _ in range(count - 1)]
    try:
        while number := os.read(numbers, _NUMBER):
            index = int.from_bytes(number, "little")
            results[index] = work(tasks[index])
    finally:
        os.close(numbers)
        for child, reader in children:
            results |= cast("dict[int, _Result]", _collected(child, reader))
    return [results[index] if index in results else work(task) for index, task in enumerate(tasks)]


def _start(numbers: int, tasks: Sequence[_Task], work: Callable[[_Task], _Result]) -> tuple[int, int]:
    """A copy of this process that takes tasks until none is left; its number, and where its results come."""
    reader, writer = os.pipe()
    child = os.fork()
    if child:
        os.close(writer)
        return child, reader
    status = 1
    try:
        os.close(reader)
        results: dict[int, _Result] = {}
        while number := os.read(numbers, _NUMBER):
            index = int.from_bytes(number, "little")
            results[index] = work(tasks[index])
        import pickle

        answer = memoryview(pickle.dumps(results, pickle.HIGHEST_PROTOCOL))
        while answer:
            answer = answer[os.write(writer, answer) :]
        status = 0
    finally:
        # Nothing of the copied program may go on from here: no handlers, no buffers, no exit hooks.
        os._exit(status)
    raise AssertionError


def _collected(child: int, reader: int) -> dict[int, object]:
    """The results of a process that came to its end; none of one that did not."""
    with os.fdopen(reader, "rb") as pipe:
        answer = pipe.read()
    _, status = os.waitpid(child, 0)
    if status != 0:
        return {}
    import pickle

    # Nobody but the copy of this very process has written it.
    return cast("dict[int, object]", pickle.loads(answer))  # noqa: S301
