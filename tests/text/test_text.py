"""Texts that are missing, quotations in quotations, and the words of HTML."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtfuehrer.text import first_name, missing_text, quoted, words_of_html


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Ja", "„Ja“"),
        ("", "„“"),
        ("„Ja“ sagt er", "„‚Ja‘ sagt er“"),
        ("er sagt „Ja“", "„er sagt ‚Ja‘“"),
        ("O’Neill", "„O’Neill“"),
        ("„eins“, „zwei“", "„‚eins‘, ‚zwei‘“"),
    ],
)
def test_a_quotation_has_inner_marks_within(text: str, said: str) -> None:
    assert quoted(text) == said


@given(st.text())
def test_a_quotation_begins_and_ends_once(text: str) -> None:
    said = quoted(text)
    assert (said[0], said[-1]) == ("„", "“")
    assert (said.count("„"), said.count("“")) == (1, 1)
    assert len(said) == len(text) + 2


@pytest.mark.parametrize(
    ("name", "first"),
    [
        *[("Änne", "Änne"), ("Änne-Sophie Müller", "Änne-Sophie"), ("Dr. Änne Müller", "Änne")],
        *[("prof dr. h.c. Kofi O’Hara", "Kofi"), ("Dipl.-Ing. Eva Ott", "Eva")],
        *[("Frau Änne Müller", "Änne"), ("Frau Müller", ""), ("herr dr. Ott", ""), ("Dr. Ott", "")],
        # Better an initial, or too much of a hasty name, than somebody's surname.
        *[("C. Müller", "C."), ("Dr.Anna Müller", "Dr.Anna"), ("", ""), ("Dr.", "")],
    ],
)
def test_a_first_name_is_no_title(name: str, first: str) -> None:
    assert first_name(name) == first


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    text: str
    number: int = 0
    maybe: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outer:
    name: str
    lines: tuple[str, ...]
    inner: tuple[Inner, ...]


@pytest.mark.parametrize(
    ("value", "places"),
    [
        (Outer(name="a", lines=("b",), inner=(Inner(text="c"),)), []),
        (Outer(name=" \n", lines=("b",), inner=(Inner(text="c"),)), ["name"]),
        (Outer(name="a", lines=(), inner=()), ["lines", "inner"]),
        (Outer(name="a", lines=("b", ""), inner=(Inner(text="c"),)), ["lines[1]"]),
        (
            Outer(name="", lines=("b",), inner=(Inner(text="c"), Inner(text="", maybe=""))),
            ["name", "inner[1].text", "inner[1].maybe"],
        ),
    ],
)
def test_what_is_missing_has_its_place(value: Outer, places: list[str]) -> None:
    assert missing_text(value) == places
    assert missing_text(value, "groups[2]") == [f"groups[2].{place}" for place in places]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Ein <em>Satz</em>.</p>\n", "Ein Satz."),
        ("<ul>\n<li><a href='/x'>Eins</a>: 1</li>\n<li>Zwei</li>\n</ul>\n", "Eins: 1 Zwei"),
        ("<p>1 &lt; 2 &amp; &quot;3&quot;</p>", '1 < 2 & "3"'),
        ("<p>a<br>\nb</p>\n", "a b"),
    ],
)
def test_words_without_markup(html: str, text: str) -> None:
    assert words_of_html(html) == text
