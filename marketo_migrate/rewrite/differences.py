"""In what rewritten code of the review tier may behave differently, in words for its owner."""

from collections.abc import Sequence

ABSENT = (
    "a value that is written may be None: such a field is left alone, while SOAP libraries leave it alone, send an empty "
    "text or refuse it"
)
EMPTIED = "a value that is written may be None: suds sent an empty text for it, and REST gets null, which empties the field too"
ROWS = (
    "a value that is written comes from a database: SOAP made texts of dates and decimals, and JSON does not take them, so "
    "such a value needs str()"
)
ALL_FIELDS = (
    "the code uses attributes whatever their names and types are: all fields are asked for by the names that Describe "
    "Lead gives, and booleans and times are written in another way"
)
NUMBERS = "an id that is no whole number was a fault in SOAP, which a handler takes here; now int() raises ValueError"
SOAP_FORM = (
    "The answer goes to code that cannot be followed, so it is put into objects with the attributes that it had in SOAP; "
    "values are texts there, those of times are written as REST writes them; attrType is missing, and the id of a lead that "
    "could not be written."
)
ALL_PAGES = (
    "The first answer holds the records of all pages: what the code does with the first one is done with all of them, and "
    "what it does with later ones is not done any more."
)
SHOWN = (
    "a text of the answer is shown as a part of a list, tuple or dict, or by repr(): suds showed such texts without quotes, "
    "now they have them"
)
EMPTY_PAGE = "the paging loop ended by a page without records: REST ends behind the last page, where SOAP may have begun again"


def told(differences: Sequence[str]) -> str:
    """Several differences as one text; what is a sentence already stands by itself."""
    text = ""
    for difference in dict.fromkeys(differences):
        if text.endswith("."):
            text += f" {difference[:1].upper()}{difference[1:]}"
        else:
            text += ("" if not text else ". " if difference[:1].isupper() else "; ") + difference
    return text
