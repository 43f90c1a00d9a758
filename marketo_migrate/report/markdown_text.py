"""Foreign text made fit for Markdown of GitHub and GitLab: it is shown as it is and does nothing.

Words are escaped so that they are no markup, link, mention or reference; code stands between more
backticks than it holds. Source: CommonMark, GitHub Flavored Markdown, GitLab's references.
"""

import re

from marketo_migrate.report.plain_text import disarm_lines, neutralise

# One underscore within a word is no markup, and names are full of them.
_MARKUP = re.compile(r"[\\`*{}\[\]<>|~^=]|(?<![^\W_])_|_(?![^\W_])|&(?=[#\w])")
# What makes a list, a heading, a quotation or, on GitLab, a quick action at the beginning of a line.
_BEGINNING = re.compile(r"\A(\d*)([-+#/:.)])")
# A zero-width space behind these keeps names from being mentioned and numbers from becoming references
# (`@name`, `#1`, `!1`, `$1`, `%1`, `&1`, `:smile:`, `http://`); GitHub reads `$...$` as mathematics.
# What is escaped by then has a mark before it.
_REFERENCE = re.compile(r"[@#!$%&:](?=\0?[\w/+$-])|\$")
_WEB = re.compile(r"(?i)\b(www)(?=\.)|\b(gh)(?=-\d)")
_BREAK = "&#8203;"
_PIPE = re.compile(r"(\\*)\|")
_BACKTICKS = re.compile(r"`+")


def words(text: str) -> str:
    """Text within a line of Markdown, or at the beginning of one."""
    plain = " ".join(neutralise(text).split())
    marked = _BEGINNING.sub("\\1\0\\2", _MARKUP.sub(lambda match: f"\0{match[0]}", plain))
    broken = _WEB.sub(lambda match: f"{match[0]}\1", _REFERENCE.sub(lambda match: f"{match[0]}\1", marked))
    return broken.replace("\0", "\\").replace("\1", _BREAK)


def code(text: str) -> str:
    """Text as code within a line, empty for none."""
    plain = neutralise(text)
    if not plain.strip():
        return ""
    fence = "`" * (_longest_run(plain) + 1)
    # A space at both ends is dropped again; it keeps backticks at the ends from joining the fence.
    pad = " " if plain[0] in "` " or plain[-1] in "` " else ""
    return f"{fence}{pad}{plain}{pad}{fence}"


def cell(markdown: str) -> str:
    """A piece of Markdown within a table: pipes in code are escaped there, too."""
    return _PIPE.sub(lambda match: match[0] if len(match[1]) % 2 else f"{match[1]}\\|", markdown)


def block(lines: list[str], *, indent: str = "", language: str = "") -> str:
    """Lines of code as a block, indented to stand in a list; the fence is longer than any in it."""
    plain = [neutralise(line) for line in lines]
    fence = "`" * max(3, 1 + max((_longest_run(line) for line in plain), default=0))
    text = "".join(f"{indent}{line}".rstrip() + "\n" for line in (f"{fence}{language}", *plain, fence))
    return disarm_lines(text)


def _longest_run(text: str) -> int:
    return max((len(match[0]) for match in _BACKTICKS.finditer(text)), default=0)
