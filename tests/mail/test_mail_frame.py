"""A letter in its frame: which styles its policy lets through, and where its links lead."""

from base64 import b64encode
from hashlib import sha256

import pytest

from stadtfuehrer.mail.views import framed, policy_for


def allowed(html: str) -> str:
    """The sources for styles."""
    directives = dict(one.split(" ", 1) for one in policy_for(html).split("; "))
    return directives["style-src"]


def sources(*styles: str) -> str:
    digests = [b64encode(sha256(style.encode()).digest()).decode() for style in styles]
    return " ".join(["'unsafe-hashes'", *(f"'sha256-{digest}'" for digest in digests)])


@pytest.mark.parametrize(
    ("html", "styles"),
    [
        ('<p style="color:red">', ["color:red"]),
        ('<p style="color:red"><b style="color:red">', ["color:red"]),
        ('<p style="a"><b STYLE=b><br style="c"/>', ["a", "b", "c"]),
        ('<p style="font-family:&quot;Ä&quot;">', ['font-family:"Ä"']),
        ('<p style="">', [""]),
        ("<style>p { color: red }</style>", ["p { color: red }"]),
        ('<style media="screen">\n&amp;<p></style><p style="a">', ["\n&amp;<p>", "a"]),
        ("<style></style>", [""]),
        ('<!--[if mso]><p style="a"></p><![endif]--><p style="b">', ["b"]),
        ('<p title="style=a">style="b"</p><p style="c">', ["c"]),
    ],
)
def test_the_styles_of_the_letter_are_let_through(html: str, styles: list[str]) -> None:
    assert allowed(html) == sources(*styles)


def test_a_letter_without_styles_gets_none() -> None:
    assert allowed("<p>Hallo</p>") == "'none'"


def test_nothing_else_is_let_through() -> None:
    policy = policy_for('<script>x()</script><p style="a">')
    assert policy == (
        f"default-src 'none'; style-src {sources('a')}; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'; sandbox allow-top-navigation-by-user-activation"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<html><head><title>", '<html><head><base target="_top"><title>'),
        ('<HEAD class="a"><title>', '<HEAD class="a"><base target="_top"><title>'),
        ("<header><p>", '<base target="_top"><header><p>'),
        ("Hallo", '<base target="_top">Hallo'),
    ],
)
def test_links_leave_the_frame(before: str, after: str) -> None:
    assert framed(before) == after
