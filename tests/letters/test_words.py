"""How letters read: the same words in both forms, good German, the fact at first sight."""

import re

from tests.support.mailbag import Read

GUESTS_OWN = "Entschuldige!"  # Kofi wrote that himself


def words(text: str) -> set[str]:
    """The words of a text, addresses of pages left out."""
    return set(re.findall(r"[\w’]+", re.sub(r"https?://\S+", "", text).casefold()))


def test_both_forms_say_the_same_words(opened: dict[str, Read]) -> None:
    for name, letter in opened.items():
        (heading,) = re.findall(r"<h1[^>]*>(.*?)</h1>", letter.html)
        assert words(letter.text) <= words(letter.shown), name
        # The heading says in other words what the subject and the first sentence say.
        assert words(letter.shown) - words(letter.text) <= words(f"Stadtführer {heading}"), name


def test_both_forms_lead_to_the_same_pages(opened: dict[str, Read]) -> None:
    for name, letter in opened.items():
        pages = {link for link in letter.links if link.startswith("https:")}
        lines = {line for line in letter.text.splitlines() if re.fullmatch(r"https://\S+", line)}
        assert pages == lines, name


def test_no_line_of_the_text_form_is_too_long(opened: dict[str, Read]) -> None:
    for name, letter in opened.items():
        for line in letter.text.splitlines():
            assert len(line) <= 72 or line.strip().startswith("https://"), (name, line)
            assert line == line.rstrip(), (name, line)
        assert "\n\n\n" not in letter.text, name
        assert letter.text == f"{letter.text.strip()}\n", name


def test_letters_are_written_in_good_german(opened: dict[str, Read]) -> None:
    for name, letter in opened.items():
        for form in (letter.subject, letter.preview, letter.text, letter.shown):
            said = form.replace(GUESTS_OWN, "Entschuldige.")
            assert not re.search(r"\b(Sie|Ihnen|Ihre[mnrs]?)\b", said), name
            assert not re.search(r"[\"!]|\.\.\.|  [^ -]", said.replace("\n  ", "\n")), name
            assert not re.search(r"\{[{%]|None|Undefined|&amp;|\[\]", said), name
            assert said.count("„") == said.count("“"), name
            assert not re.search(r"\S - |[^\n] ([.,;?])|,,|\.\.|\?\.", said), name


def test_a_list_of_letters_shows_what_and_when_and_then_something_new(
    opened: dict[str, Read],
) -> None:
    for name, letter in opened.items():
        assert len(letter.preview) > 25, name
        assert not words(letter.preview) <= words(letter.subject), name
        assert "http" not in letter.preview, name
        if "ergebnis" not in name:
            assert re.search(r"\b\d{1,2}\. (März|April) 2026\b", letter.subject), name


def test_each_letter_has_a_way_back(opened: dict[str, Read]) -> None:
    for name, letter in opened.items():
        ours = letter.to == ["vera@stadtfuehrer.example"]
        assert (letter.reply_to == ["vera@stadtfuehrer.example"]) != ours, name
        way_back = "Wenn du auf diese Mail antwortest" if ours else "Diese Mail hat einen Rückweg"
        for form in (" ".join(letter.text.split()), letter.shown):
            assert way_back in form, name
