"""The ways in which a simulated instance can be told to behave."""

from datetime import timedelta

from marketo_migrate.model.record import record


@record
class Behavior:
    """What can be switched.

    Attributes:
        soap: Whether the SOAP face is there; Adobe removed it on 2026-07-31.
        trusting: Whether any credentials are accepted (headers must be complete all the same).
        company_writes: Whether REST writes company fields through leads. Adobe says it is not supported.
        reversed_results: Whether REST gives leads newest first; neither API promises an order.
        signature_age: How old a SOAP signature may be by the real clock; None: any age.

    """

    soap: bool = True
    trusting: bool = False
    company_writes: bool = False
    reversed_results: bool = False
    signature_age: timedelta | None = None
