"""Which values of keys are hidden without their names too, and which words are no keys."""

import pytest

from marketo_migrate.detect.masking import MASK, mask, mask_settings, named_secrets


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x = 'correct-horse-battery'",
        "secret = 'short-one'",
        "secret = 'two words and more'",
        "secret = 'https://x.example/key'",
        "secret = 'marketo_encryption_key'",
        "secret = 'settings.MARKETO.name'",
        "password = '{password_of_today}'",
        "key = 'somebody@example.com'",
        "key = 'https://x.example/some/long/path'",
    ],
)
def test_no_secret_is_named(text: str) -> None:
    assert named_secrets(text) == frozenset()


@pytest.mark.parametrize(
    ("text", "secrets"),
    [
        ("secret = 'correct-horse-battery'", {"correct-horse-battery"}),
        ("{'encryption_key': b'abcdefghijk1'}", {"abcdefghijk1"}),
        ("c(password='abcdefghijk1', user_id=\"zyxwvutsrqp2\")", {"abcdefghijk1", "zyxwvutsrqp2"}),
        ("key = 'qwertzuiopasdfghj1'", {"qwertzuiopasdfghj1"}),
        ("{'x-soap-key': 'abcdefghijk1', 'auth.token': 'zyxwvutsrqp2'}", {"abcdefghijk1", "zyxwvutsrqp2"}),
        ("mine = my_access_key = environ.get('X') or 'abcdefghijk1'", {"abcdefghijk1"}),
        ('signing_key_of_ours = """abcdef\nghijk1"""', set()),
        ('signing_key_of_ours = """abcdefghijk1"""', {"abcdefghijk1"}),
    ],
)
def test_a_named_secret(text: str, secrets: set[str]) -> None:
    assert named_secrets(text) == secrets


def test_a_known_secret_is_masked_wherever_it_stands_and_lines_stay() -> None:
    assert mask("f('one\ntwo')\ng('one')", frozenset({"one", "one\ntwo"})) == f"f('{MASK}\n')\ng('{MASK}')"


@pytest.mark.parametrize(
    "word",
    [
        "'MARKETO_ENCRYPTION_VALUES_2'",
        "'a-name-of-several-words-202'",
        "usr/share/locale/Messages/2024/en1",
        "someVeryLongNameOfAFunctionWithTwoDigits12",
        "0123456789abcde",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "12345678901234567",
    ],
)
def test_other_words_stay(word: str) -> None:
    assert mask(f"f({word})", frozenset()) == f"f({word})"


@pytest.mark.parametrize(
    "word",
    [
        "'abcd-1234-efgh-5678-ij'",
        "123456789012345678",
        "0123456789abcdef0123",
        "Zm9vYmFyOTk5Zm9vYmFy",
        "/aa/bb/Zm9vYmFyOTk5Zm9v",
    ],
)
def test_words_that_look_like_keys_are_masked(word: str) -> None:
    assert word.strip("'") not in mask(f"f({word})", frozenset())


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ('key = "abc"', f'key = "{MASK}"'),
        ("secret: 'abc'", f"secret: '{MASK}'"),
        ("PASSWORD=abc x=1", f"PASSWORD={MASK} x=1"),
        ("{user: abc, a: b}", f"{{user: {MASK}, a: b}}"),
        ("secret = ''", "secret = ''"),
        ("key = https://x.example/soap/y", "key = https://x.example/soap/y"),
        ("name = abc", "name = abc"),
    ],
)
def test_settings(line: str, shown: str) -> None:
    assert mask_settings(line) == shown
