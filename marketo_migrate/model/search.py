"""What the search through the bytes of a repository needs to know of the rules."""

from typing import NamedTuple

NEEDLES = ("mktows", "mktoapi", "mktoAPI", "MKTOWS")
"""What every file with a strong mark contains (case as met in real code)."""

SOAP_WORDS = (
    rb"(?i)soap|suds|zeep|mktows|mktoapi|call_service|\.service\b|\.factory\b|params[A-Z]"
    rb"|(?:import|from)\s+(?:py)?marketo\b"
)
"""A regular expression for what a file that names an operation must also hold to be worth parsing."""


class SearchTerms(NamedTuple):
    """The names that rules give to the byte search, and their codes for `--select`.

    `words` are names and aliases of SOAP methods and the elements of their requests,
    `retired_modules` the import names of packages that only wrap the SOAP API, `distributions`
    the names under which clients are installed, `rules` the code and name of every rule.

    A named tuple, not a dataclass: a clean scan needs nothing else of the rules, and to import
    `dataclasses` takes longer than to search a small repository.
    """

    words: tuple[str, ...]
    retired_modules: tuple[str, ...]
    distributions: tuple[str, ...]
    rules: tuple[tuple[str, str], ...]

    def python_needles(self) -> tuple[str, ...]:
        """The texts of which one stands in every Python file that can hold a finding of its own."""
        imports = (f"{word} {module}" for module in self.retired_modules for word in ("import", "from"))
        return tuple(dict.fromkeys((*NEEDLES, *self.words, *imports)))

    def text_needles(self) -> tuple[str, ...]:
        """The texts of which one stands in every other file that can hold a finding."""
        return (*NEEDLES, *self.distributions)

    def mark_needles(self) -> tuple[str, ...]:
        """The texts of which one stands in every file with a mark of acceptance.

        Those are `# marketo-migrate: ignore` and `# noqa: MKT101`; the word `noqa` alone stands in
        thousands of files of some repositories, so the rules' codes are looked for.
        """
        begin = dict.fromkeys(code.rstrip("0123456789") for code, _ in self.rules)
        codes = dict.fromkeys(way for code in ("MKT", *begin) for way in (code.upper(), code.lower()))
        return ("marketo-migrate", *(f"{code}{digit}" for code in codes for digit in range(10)))
