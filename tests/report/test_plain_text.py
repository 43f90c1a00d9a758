"""Text made harmless to print."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketo_migrate.report.plain_text import cell_width, crop, expand_tabs, neutralise


@pytest.mark.parametrize(
    "text", ["", "lead = client.service.getLead(key)", "größe = 'naïve' # 日本語 🎉", " "]
)
def test_ordinary_text_stays(text: str) -> None:
    assert neutralise(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x9b31m", "\\x9b31m"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\x00\x07\x7f", "\\x00\\x07\\x7f"),
        ("a\u202eb", "a\\u202eb"),
        ("a\u200bb", "a\\u200bb"),
        ("a\u2028b", "a\\u2028b"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
    ],
)
def test_what_a_terminal_acts_on_is_spelled_out(text: str, shown: str) -> None:
    assert neutralise(text) == shown


@given(st.text(st.characters()))
def test_no_control_or_format_character_passes(text: str) -> None:
    shown = neutralise(text)
    assert [char for char in shown if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}] == []
    assert neutralise(shown) == shown


def test_cell_width() -> None:
    assert (cell_width("abc"), cell_width("日本"), cell_width("e\u0301")) == (3, 4, 1)


def test_tabs() -> None:
    assert expand_tabs("\tx\ty") == "    x    y"


@given(text=st.text("abc", max_size=300), limit=st.integers(10, 80), data=st.data())
def test_crop_keeps_the_column(text: str, limit: int, data: st.DataObject) -> None:
    column = data.draw(st.integers(0, max(0, len(text) - 1)))
    cropped, moved = crop(text, around=column, limit=limit)
    assert len(cropped) <= limit + 2
    if text:
        assert cropped[moved] == text[column]
