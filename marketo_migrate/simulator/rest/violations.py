"""What a REST request did that Adobe's documentation does not allow."""

from marketo_migrate.model.record import record


@record
class Violation:
    """One thing wrong with a request (method and path); `operation` is the id where one matched."""

    request: str
    operation: str | None
    message: str

    def __str__(self) -> str:
        """One line for people."""
        return f"{self.request} ({self.operation or 'no operation'}): {self.message}"
