"""Finds where each leaf of a syntax tree stands in the text, by walking text and tree side by side.

LibCST's nodes carry no positions and its position provider renders the whole module again. A tree
visited in source order gives its leaves in the order of the text, so a cursor that skips blanks,
comments, keywords and punctuation finds each one.
"""

import re

from marketo_migrate.model.facts import At, Comment

_TRIVIA = re.compile(r"(?:[\s\\]+|#[^\r\n]*)*")
_TOKEN = re.compile(r"\w+|.", re.DOTALL)
# Behind a number a keyword may stand without a blank: `1if a else 2`.
_KEYWORD = re.compile(r"(?:and|else|for|if|in|is|not|or)\b")


class LostPositionError(Exception):
    """A leaf of the tree was not found in the text: the tree was not visited in source order."""


class Cursor:
    """A place in a module's text that only moves forward."""

    __slots__ = ("comments", "position", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.comments: list[Comment] = []

    def skip_trivia(self) -> int:
        """Move over blanks and comments; the offset of the next token."""
        start = self.position
        match = _TRIVIA.match(self.text, start)
        end = match.end() if match else start
        if end > start:
            if "#" in self.text[start:end]:
                self._note_comments(start, end)
            self.position = end
        return end

    def leaf(self, value: str) -> At:
        """Move behind the next token that is `value` and give its offsets."""
        text = self.text
        is_word = value[-1:].isalnum() or value[-1:] == "_"
        while True:
            start = self.skip_trivia()
            if text.startswith(value, start):
                end = start + len(value)
                if not is_word or _ends_word(text, end, number=value[0].isdigit() or value[0] == "."):
                    self.position = end
                    return start, end
            token = _TOKEN.match(text, start)
            if token is None:
                raise LostPositionError(value)
            self.position = token.end()

    def exact(self, length: int) -> At:
        """Move over `length` characters as they are (the text inside an f-string)."""
        start = self.position
        self.position = start + length
        return start, self.position

    def _note_comments(self, start: int, end: int) -> None:
        for line in re.finditer(r"#[^\r\n]*", self.text[start:end]):
            at = (start + line.start(), start + line.end())
            self.comments.append(Comment(line.group(), at))


def _ends_word(text: str, end: int, *, number: bool) -> bool:
    if end >= len(text) or not (text[end].isalnum() or text[end] == "_"):
        return True
    return number and _KEYWORD.match(text, end) is not None
