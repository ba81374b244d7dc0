"""What the consultant types as Markdown, as HTML of pages and of letters."""

import pytest

from stadtfuehrer.text.markdown import answer_html, letter_html


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("*Ja*, **sehr**", "<p><em>Ja</em>, <strong>sehr</strong></p>\n"),
        ("<b>x</b> & y", "<p>&lt;b&gt;x&lt;/b&gt; &amp; y</p>\n"),
        ("# Kein Titel", "<p># Kein Titel</p>\n"),
        ("    eingerückt", "<p>eingerückt</p>\n"),
        ("[x](javascript:a)", "<p>[x](javascript:a)</p>\n"),
        ("[x](/quiz)", '<p><a href="/quiz">x</a></p>\n'),
    ],
)
def test_an_answer_is_prose(typed: str, html: str) -> None:
    assert answer_html(typed) == html
    assert letter_html(typed, {}, "https://a.example") == html.replace(
        '"/q', '"https://a.example/q'
    )


def test_in_a_letter_each_element_has_its_look() -> None:
    looks = {"p": {"style": "a"}, "inner p": {"style": "b"}, "li": {"style": "c"}}
    html = letter_html("x\n\n- y\n\n- > z", looks, "")
    assert html.count('<p style="a">') == 1
    assert html.count('<p style="b">') == 2
    assert html.count('<li style="c">') == 2
