"""The paths of modules without what makes files of them."""


def bare_path(path: str) -> str:
    """`crm/leads` for `crm/leads.py`, `crm` for `crm/__init__.py`."""
    return path.removesuffix(".py").removesuffix("/__init__")
