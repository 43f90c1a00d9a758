"""Runs a program on SOAP and its migrated version on REST of a simulated Marketo, and compares the two.

    before, after = Program(old / "sync.py"), Program(new / "sync.py")
    assert prove(before, after) == []

Programs are unmodified real code: `zeep.Client("https://123-ABC-456.mktoapi.com/soap/mktows/2_7?WSDL")`,
`suds.client.Client(…)`, `requests.post(…, data=envelope)`, `MarketoClient("123-ABC-456", os.environ[…], …)`.
They run in this process, in their own directory, with their own arguments and environment; whatever they
send to Marketo's hosts is answered by the simulator, anything else is refused. `time.sleep` returns at once.

The instance trusts any credentials, so that keys written into a program need not be the simulator's; the
signature header must still be complete. What is compared: printed output, exit status, and the final state.
A migrated program must not use SOAP any more, and must send only what Adobe's documentation allows.
"""

import contextlib
import io
import os
import runpy
import sys
import time
import traceback
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

from marketo_migrate.simulator.behavior import Behavior
from marketo_migrate.simulator.instance import DEMO, MUNCHKIN_ID, Instance
from marketo_migrate.simulator.snapshot import Snapshot, differences
from marketo_migrate.simulator.state import State
from marketo_migrate.simulator.transports import Library, reached_in_process

ENVIRONMENT: Mapping[str, str] = {
    "MARKETO_MUNCHKIN_ID": MUNCHKIN_ID,
    "MARKETO_SOAP_ENDPOINT": f"https://{MUNCHKIN_ID}.mktoapi.com/soap/mktows/2_7",
    "MARKETO_USER_ID": DEMO.soap_user,
    "MARKETO_ENCRYPTION_KEY": DEMO.soap_key,
    "MARKETO_CLIENT_ID": DEMO.client_id,
    "MARKETO_CLIENT_SECRET": DEMO.client_secret,
}
"""The environment variables a program finds, unless it is given others of the same name."""

SOAP_PATH = "/soap/mktows/"
LIBRARIES: tuple[Library, ...] = ("http.client", "marketorestpython", "httpx")


@dataclass(frozen=True, slots=True)
class Program:
    """A program: a script, or a module of a directory (`module="app.main"`, run as `python -m` does).

    With `call`, the function of that name is called after the module was imported, without arguments.
    """

    path: Path
    module: str | None = None
    call: str | None = None
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def directory(self) -> Path:
        """Where the program runs and imports from."""
        return (self.path if self.module else self.path.parent).resolve()


@dataclass(frozen=True, slots=True)
class Run:
    """What a program did. `status` is its exit status; `error` the traceback of what it did not catch."""

    output: str
    status: int
    error: str | None
    changes: tuple[str, ...]
    state: Snapshot
    requests: tuple[str, ...]
    violations: tuple[str, ...]

    @property
    def soap_requests(self) -> tuple[str, ...]:
        """The requests that went to the SOAP face."""
        return tuple(line for line in self.requests if SOAP_PATH in line)


def run_program(program: Program, instance: Instance) -> Run:
    """Run a program against an instance. Nothing it does raises; see `Run.error`."""
    before = instance.snapshot()
    output = io.StringIO()
    with (
        _surroundings(program),
        reached_in_process(instance, LIBRARIES),
        contextlib.redirect_stdout(output),
    ):
        status, error = _status_of(lambda: _run(program))
    after = instance.snapshot()
    return Run(
        output=output.getvalue(),
        status=status,
        error=error,
        changes=tuple(differences(before, after)),
        state=after,
        requests=tuple(item.line for item in instance.exchanges),
        violations=tuple(str(item) for item in instance.violations),
    )


def compare(before: Run, after: Run, *, ignore: Collection[str] = ()) -> list[str]:
    """What speaks against the migration, in words; nothing means that it is proven for this run.

    `ignore` names parts of the state that may differ, as `snapshot.differences` takes them.
    """
    problems: list[str] = []
    if before.output != after.output:
        problems.append(f"output differs:\n--- before\n{before.output}--- after\n{after.output}")
    if before.status != after.status:
        problems.append(
            f"exit status {before.status} became {after.status}\n{after.error or before.error or ''}"
        )
    problems += [f"state differs: {line}" for line in differences(before.state, after.state, ignore=ignore)]
    problems += [f"not allowed by Adobe's documentation: {line}" for line in after.violations]
    problems += [f"still uses SOAP: {line}" for line in after.soap_requests]
    if not before.soap_requests:
        problems.append("the program before made no SOAP request, so nothing was proven")
    return problems


def prove(
    before: Program,
    after: Program,
    *,
    state: Callable[[], State] | None = None,
    munchkin_id: str = MUNCHKIN_ID,
    ignore: Collection[str] = (),
    reversed_results: bool = False,
) -> list[str]:
    """Run both programs, each on an instance of its own with the same seed, and compare the runs.

    `state` makes the seed (the demo state by default); `munchkin_id` is the instance the programs name.
    With `reversed_results`, REST answers in another order than SOAP did, as it may.
    """

    def instance(*, reverse: bool) -> Instance:
        seed = state() if state else None
        behavior = Behavior(trusting=True, reversed_results=reverse)
        return Instance(seed, munchkin_id=munchkin_id, behavior=behavior)

    first = run_program(before, instance(reverse=False))
    second = run_program(after, instance(reverse=reversed_results))
    return compare(first, second, ignore=ignore)


@contextlib.contextmanager
def _surroundings(program: Program) -> Iterator[None]:
    """The program's directory, arguments, environment and imports; its modules are forgotten afterwards."""
    directory = program.directory
    loaded = set(sys.modules)
    with (
        contextlib.chdir(directory),
        mock.patch.dict(os.environ, {**ENVIRONMENT, **program.environment}),
        mock.patch.object(sys, "argv", [str(program.path), *program.arguments]),
        mock.patch.object(sys, "path", [str(directory), *sys.path]),
        mock.patch.object(sys, "dont_write_bytecode", True),
        mock.patch.object(time, "sleep", return_value=None),
    ):
        try:
            yield
        finally:
            for name in set(sys.modules) - loaded:
                if _lies_in(sys.modules[name], directory):
                    del sys.modules[name]
            sys.path_importer_cache.pop(str(directory), None)


def _lies_in(module: object, directory: Path) -> bool:
    origin = getattr(module, "__file__", None)
    places = [origin] if origin else list(getattr(module, "__path__", ()))
    return any(Path(place).resolve().is_relative_to(directory) for place in places)


def _run(program: Program) -> None:
    if program.call is not None:
        runpy_name = program.module or program.path.stem
        getattr(__import__(runpy_name, fromlist=["*"]), program.call)()
    elif program.module is not None:
        runpy.run_module(program.module, run_name="__main__", alter_sys=True)
    else:
        runpy.run_path(str(program.path.resolve()), run_name="__main__")


def _status_of(run: Callable[[], None]) -> tuple[int, str | None]:
    try:
        run()
    except SystemExit as exit_:
        if exit_.code is None:
            return 0, None
        return (exit_.code, None) if isinstance(exit_.code, int) else (1, str(exit_.code))
    except BaseException:
        return 1, traceback.format_exc()
    return 0, None
