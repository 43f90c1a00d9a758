"""Errors a person can cause: each carries a message that says what is wrong and where."""


class MarketoMigrateError(Exception):
    """Base of every error that ends a command with status 2 and a message, not a traceback."""


class UsageError(MarketoMigrateError):
    """The command line asks for something that cannot be done (a missing path, a bad value)."""


class ConfigError(MarketoMigrateError):
    """The configuration is wrong; the message lists every problem found."""


class RuleError(MarketoMigrateError):
    """Rule files are wrong; `problems` lists every one as `problem @ $.path (file:line)`."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
