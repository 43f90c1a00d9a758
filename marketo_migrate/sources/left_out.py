"""Directories that hold no code of their own: version control, virtual environments, build output, caches."""

import os
from collections.abc import Iterable

_VCS = frozenset({".git", ".hg", ".svn", ".bzr", "CVS", "_darcs", ".jj"})
_LIBRARIES = frozenset({"site-packages", "dist-packages"})
_ENVIRONMENTS = _LIBRARIES | {"__pypackages__", "node_modules", ".tox", ".nox"}
_CACHES = frozenset(
    {
        "__pycache__",
        ".eggs",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
        ".hypothesis",
        ".ipynb_checkpoints",
    }
)
_BUILD = frozenset({"build", "dist"})
_NEVER = _VCS | _ENVIRONMENTS | _CACHES
# Files that only the root of a virtual environment or of a conda environment has.
_ENVIRONMENT_MARKS = (
    "pyvenv.cfg",
    "conda-meta/history",
    "bin/activate_this.py",
    "Scripts/activate_this.py",
    "Scripts/activate.bat",
)
_ENVIRONMENT_NAMES = frozenset(mark.partition("/")[0] for mark in _ENVIRONMENT_MARKS)


def is_left_out(directory: str) -> bool:
    """Whether a directory (absolute path) met on the way is left out of a scan for its name.

    `build` and `dist` count as build output unless they are Python packages themselves.
    """
    name = os.path.basename(directory)
    if name in _NEVER or name.endswith(".egg-info"):
        return True
    if name in _BUILD:
        return not os.path.exists(os.path.join(directory, "__init__.py"))
    return False


def may_hold_code(directory: str) -> bool:
    """Whether a directory that is left out could hold code that matters, so that it is worth a word."""
    name = os.path.basename(directory)
    return name not in _VCS and name not in _CACHES and not name.endswith(".egg-info")


def is_environment(directory: str, names: Iterable[str]) -> bool:
    """Whether a directory with entries of these names is the root of a virtual or conda environment."""
    if _ENVIRONMENT_NAMES.isdisjoint(names):
        return False
    return any(os.path.exists(os.path.join(directory, mark)) for mark in _ENVIRONMENT_MARKS)


def is_environment_mark(path: str) -> bool:
    """Whether a POSIX path is that of a file by which environments are recognised."""
    return path.endswith(_ENVIRONMENT_MARKS)


def is_library(directory: str) -> bool:
    """Whether a directory is where an environment keeps what is installed in it."""
    return os.path.basename(directory) in _LIBRARIES


def is_in_environment(directory: str) -> bool:
    """Whether a directory is an environment or lies in one."""
    current = directory
    while True:
        parent = os.path.dirname(current)
        if parent == current:
            return False
        if is_library(current) or any(
            os.path.exists(os.path.join(current, mark)) for mark in _ENVIRONMENT_MARKS
        ):
            return True
        current = parent


def environments_among(paths: Iterable[str]) -> frozenset[str]:
    """The roots of environments that a listing of files (POSIX paths) shows."""
    return frozenset(
        path[: -len(mark)].rstrip("/")
        for path in paths
        if path.endswith(_ENVIRONMENT_MARKS)
        for mark in _ENVIRONMENT_MARKS
        if path == mark or path.endswith("/" + mark)
    )
