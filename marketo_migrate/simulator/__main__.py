"""`python -m marketo_migrate.simulator`: a simulated Marketo on the loopback interface."""

import argparse
import json
import signal
import sys
from datetime import timedelta

from marketo_migrate.simulator.behavior import Behavior
from marketo_migrate.simulator.clock import Clock, WallClock
from marketo_migrate.simulator.instance import DEMO, MUNCHKIN_ID, Instance
from marketo_migrate.simulator.limits import ADOBE, Limits
from marketo_migrate.simulator.seed import demo_state, empty_state
from marketo_migrate.simulator.server import LOOPBACK, make_server
from marketo_migrate.simulator.snapshot import differences

STOPS = (signal.SIGINT, signal.SIGTERM)


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted, then say what changed and what was wrong."""
    options = _parser().parse_args(arguments)
    clock = Clock() if options.fixed_time else WallClock()
    instance = Instance(
        empty_state(clock) if options.empty else demo_state(clock),
        limits=ADOBE if options.limits else Limits(),
        behavior=Behavior(
            soap=not options.no_soap,
            company_writes=options.company_writes,
            reversed_results=options.reversed_results,
            signature_age=timedelta(hours=1) if options.limits else None,
        ),
    )
    before = instance.snapshot()
    server = make_server(instance, options.port)
    _say(_welcome(server.server_address[1], instance))
    handlers = {number: signal.signal(number, signal.default_int_handler) for number in STOPS}
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        _say("")
    finally:
        server.server_close()
        for number, handler in handlers.items():
            signal.signal(number, handler)
    _say(_farewell(instance, differences(before, instance.snapshot())))
    if options.dump:
        _say(json.dumps(instance.snapshot(), indent=2, ensure_ascii=False))
    return 1 if instance.violations else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m marketo_migrate.simulator",
        description="A simulated Marketo with a SOAP and a REST face, on 127.0.0.1 only.",
    )
    parser.add_argument("--port", type=int, default=8095, help="port to listen on; 0 takes a free one")
    parser.add_argument("--empty", action="store_true", help="start without records")
    parser.add_argument("--limits", action="store_true", help="switch on Adobe's quotas and rate limits")
    parser.add_argument("--no-soap", action="store_true", help="switch the SOAP face off, as Adobe did")
    parser.add_argument(
        "--company-writes", action="store_true", help="let REST write company fields of leads"
    )
    parser.add_argument("--reversed-results", action="store_true", help="let REST give leads newest first")
    parser.add_argument("--fixed-time", action="store_true", help="use a clock that repeats from run to run")
    parser.add_argument("--dump", action="store_true", help="print the whole state as JSON at the end")
    return parser


def _welcome(port: int, instance: Instance) -> str:
    base = f"http://{LOOPBACK}:{port}"
    soap = f"{base}/soap/mktows/2_7?WSDL" if instance.behavior.soap else "switched off"
    return "\n".join(
        (
            f"A simulated Marketo ({MUNCHKIN_ID}) answers at {base}; Ctrl-C ends it.",
            f"  SOAP      {soap}",
            f"            user id {DEMO.soap_user}, encryption key {DEMO.soap_key}",
            f"  REST      {base}/rest, {base}/bulk, {base}/identity/oauth/token",
            f"            client id {DEMO.client_id}, client secret {DEMO.client_secret}",
            f"  Records   {len(instance.state.leads)} leads, {len(instance.state.lists)} lists, "
            f"{len(instance.state.programs)} programs, {len(instance.state.campaigns)} campaigns",
        )
    )


def _farewell(instance: Instance, changes: list[str]) -> str:
    lines = [f"{len(instance.exchanges)} requests."]
    lines += ["What changed:", *(f"  {change}" for change in changes)] if changes else ["Nothing changed."]
    if instance.violations:
        lines += ["What REST requests did wrong:", *(f"  {item}" for item in instance.violations)]
    if instance.remarks:
        lines += [
            "What SOAP requests had that Marketo passed over:",
            *(f"  {item}" for item in instance.remarks),
        ]
    return "\n".join(lines)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
