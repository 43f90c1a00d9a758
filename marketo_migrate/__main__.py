"""`python -m marketo_migrate`: the same as the `marketo-migrate` command."""

import sys

if __name__ == "__main__":
    # `-m` puts the working directory first, often the code to be scanned: nothing is imported from it.
    if not sys.flags.safe_path:
        del sys.path[0]

    from marketo_migrate.cli.entry import main

    sys.exit(main())
