"""Why something is not rewritten, raised inside the rewriter and told to the user."""

import ast

from marketo_migrate.rewrite.source import Source


class Unconvertible(Exception):
    """Code that cannot be rewritten without risk; `reason` is a sentence for the user, `line` where it is."""

    def __init__(self, reason: str, source: Source | None = None, node: ast.AST | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.path = source.path if source is not None else None
        self.line = getattr(node, "lineno", None)

    def sentence(self) -> str:
        """The reason with its place."""
        if self.path is None or self.line is None:
            return self.reason
        return f"{self.reason} ({self.path}:{self.line})"
