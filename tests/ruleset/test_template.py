"""Placeholders of snippet and message templates."""

import pytest

from marketo_migrate.model.template import Form, Placeholder, fill, placeholder_names, placeholders


def test_text_without_placeholders() -> None:
    assert placeholders("a $ b {c}") == ()
    assert fill("a $ b {c}", lambda _: "x") == "a $ b {c}"


@pytest.mark.parametrize(
    ("text", "path", "form", "fallback"),
    [
        ("${client}", "client", Form.VALUE, "client"),
        ("${leadKey.keyValue}", "leadKey.keyValue", Form.VALUE, "key_value"),
        ("${leadKey.keyValue|lead_id}", "leadKey.keyValue", Form.VALUE, "lead_id"),
        ("${leadKey.keyValue:text}", "leadKey.keyValue", Form.TEXT, "key_value"),
        ("${a.leadKey[].keyValue:integer|ids}", "a.leadKey[].keyValue", Form.INTEGER, "ids"),
        ("${a.attribute[0].attrValue}", "a.attribute[0].attrValue", Form.VALUE, "attr_value"),
        ("${mObjectList.mObject[]}", "mObjectList.mObject[]", Form.VALUE, "m_object"),
        ("${t.attrib:tokens|dict()}", "t.attrib", Form.TOKENS, "dict()"),
    ],
)
def test_parts(text: str, path: str, form: Form, fallback: str) -> None:
    assert placeholders(f"f({text})") == (Placeholder(text, path, form, fallback),)


def test_filling() -> None:
    def value(placeholder: Placeholder) -> str | None:
        return {"client": "rest", "id": "row['id']"}.get(placeholder.path)

    assert fill("${client}.get(${id|lead}, ${name|text})", value) == "rest.get(row['id'], text)"


def test_values_are_not_filled_again() -> None:
    assert fill("${a} ${b}", lambda placeholder: "${b}" if placeholder.path == "a" else "x") == "${b} x"


def test_names_of_a_message() -> None:
    assert placeholder_names("${b} and ${a} and ${b}") == ("b", "a")


@pytest.mark.parametrize(
    "text", ["${}", "${a b}", "${a", "${a:loud}", "${a|}", "${1a}", "${a|b|c}", "${a|{b}}"]
)
def test_what_is_no_placeholder(text: str) -> None:
    with pytest.raises(ValueError, match=r"form|that is not"):
        placeholders(text)
