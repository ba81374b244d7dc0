import pytest

from stadtfuehrer.text import words_of_html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Ein <em>Satz</em>.</p>\n", "Ein Satz."),
        ("<p>a</p>\n<p>b</p>\n", "a b"),
        ("<ul>\n<li><a href='/x'>Eins</a>: 1</li>\n<li>Zwei</li>\n</ul>\n", "Eins: 1 Zwei"),
        ("<p>1 &lt; 2 &amp; &quot;3&quot;</p>", '1 < 2 & "3"'),
        ("<p>a<br>\nb</p>\n", "a b"),
    ],
)
def test_words_without_markup(html: str, text: str) -> None:
    assert words_of_html(html) == text
