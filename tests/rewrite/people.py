"""The people that the generated programs read: empty, numeric and awkward values."""

from marketo_migrate.simulator.leads import create_lead
from marketo_migrate.simulator.seed import demo_state
from marketo_migrate.simulator.state import State

KNOWN = ("ann@example.com", "bob@example.com", "eve@example.com", "zoe@example.com", "nil@example.com")
UNKNOWN = ("ghost@example.com", "nobody@example.com")
IDS = (1001, 1002, 1003, 1005)
UNKNOWN_IDS = (9999,)


def people() -> State:
    """The demo instance with a lead of awkward texts and one with hardly any values."""
    state = demo_state()
    create_lead(
        state,
        {
            "email": "zoe@example.com",
            "firstName": 'Zoë "Z" O\'Hara',
            "lastName": "A, B & <C>",
            "city": " Köln ",
            "leadScore": 0,
            "title": "50% {off}",
        },
    )
    create_lead(state, {"email": "nil@example.com", "lastName": "0", "leadScore": None})
    return state
