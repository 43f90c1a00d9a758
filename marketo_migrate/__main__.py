"""`python -m marketo_migrate`: the same as the `marketo-migrate` command."""

import sys

from marketo_migrate.cli.entry import main

if __name__ == "__main__":
    sys.exit(main())
