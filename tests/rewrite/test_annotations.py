"""Comments above what stays: one for a statement, changed with the reason, gone with the use."""

from marketo_migrate.rewrite.annotations import Stay, annotated

TEXT = "def f(c):\n\tx = g(\n\t\tc.service.listMObjects(),\n\t)\n\treturn x\n"
STAYS = (Stay(3, 3, "MKT109", "REST has none (a.py:3)."),)
COMMENT = "\t# marketo-migrate: MKT109 REST has none\n"


def test_nothing_stays() -> None:
    assert annotated(TEXT, TEXT, (), add=True) == TEXT


def test_above_the_statement_with_its_indentation() -> None:
    once = annotated(TEXT, TEXT, STAYS, add=True)
    assert once == TEXT.replace("\tx =", f"{COMMENT}\tx =")
    moved = (Stay(4, 3, "MKT109", "REST has none (a.py:4)."),)
    assert annotated(once, once, moved, add=True) == once


def test_changed_and_gone() -> None:
    once = annotated(TEXT, TEXT, STAYS, add=True)
    other = (Stay(4, 3, "MKT109", "another reason"),)
    assert "MKT109 another reason\n" in annotated(once, once, other, add=False)
    assert annotated(once, once, (), add=False) == TEXT


def test_without_the_option_none_is_added() -> None:
    assert annotated(TEXT, TEXT, STAYS, add=False) == TEXT


def test_line_ends_and_several_in_one_statement() -> None:
    text = TEXT.replace("\n", "\r\n")
    stays = (*STAYS, Stay(2, 6, "MKT101", "why"))
    once = annotated(text, text, stays, add=True)
    assert "\t# marketo-migrate: MKT101, MKT109 why; REST has none\r\n" in once
    assert once.count("\n") == once.count("\r\n")


def test_texts_and_other_comments_stay() -> None:
    text = 's = """\n# marketo-migrate: MKT101 x\n"""\n# marketo-migrate: ignore[MKT101]\n'
    text += "y = 1  # marketo-migrate: MKT101 z\n"
    assert annotated(text, text, (), add=True) == text


def test_decorators_and_elif() -> None:
    text = "@d(c.getLead())\ndef f():\n    pass\n\nif a:\n    pass\nelif c.getLead():\n    pass\n"
    once = annotated(text, text, (Stay(1, 4, "MKT101", "w"), Stay(7, 6, "MKT101", "w")), add=True)
    assert once == "# marketo-migrate: MKT101 w\n" + text.replace("elif", "# marketo-migrate: MKT101 w\nelif")
    compile(once, "x", "exec")
