"""Letters as files to look at: NAME.eml, NAME.html and NAME.txt, and a page that lists them."""

import email
from collections.abc import Iterable
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from html import escape
from pathlib import Path

from tools.letters.life import Sample
from tools.letters.pictures import picture_names

OURS = "[0-9][0-9]-*"
"""What the files of any run are called."""


def write_letters(folder: Path, samples: Iterable[Sample]) -> None:
    """Put the three forms of each letter into ``folder``, in place of those of an earlier run."""
    folder.mkdir(parents=True, exist_ok=True)
    for earlier in folder.glob(OURS):
        earlier.unlink()
    for sample in samples:
        message = email.message_from_bytes(sample.letter.message, policy=default)
        (folder / f"{sample.name}.eml").write_bytes(sample.letter.message)
        for ending, subtype in (("txt", "plain"), ("html", "html")):
            text = _content(message, subtype)
            (folder / f"{sample.name}.{ending}").write_text(text, "utf-8", newline="\n")


def write_list(folder: Path, samples: Iterable[Sample]) -> None:
    """Put an index.html beside the letters, with the pictures there are."""
    entries = "\n".join(_entry(folder, sample) for sample in samples)
    (folder / "index.html").write_text(_PAGE.format(entries=entries), "utf-8")


def _content(message: EmailMessage, subtype: str) -> str:
    body = message.get_body((subtype,))
    assert body is not None, f"the letter has no text/{subtype}"
    content: str = body.get_content()
    return content.replace("\r\n", "\n")


def _entry(folder: Path, sample: Sample) -> str:
    name = escape(sample.name)
    message = email.message_from_bytes(sample.letter.message)
    subject = escape(str(make_header(decode_header(message["Subject"]))))
    forms = " · ".join(f'<a href="{name}.{one}">{one}</a>' for one in ("html", "txt", "eml"))
    pictures = "".join(
        f'<a href="{one}"><img src="{one}" alt="{one}" loading="lazy"></a>'
        for one in map(escape, picture_names(sample.name))
        if (folder / one).exists()
    )
    recipient = escape(sample.letter.recipient)
    return (
        f'<section id="{name}"><h2>{subject}</h2><p>{name} · an {recipient} · {forms}</p>'
        f"<div>{pictures}</div></section>"
    )


_PAGE = """<!doctype html>
<html lang="de">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Alle Briefe</title>
<style>
body {{ margin: 2rem; font: 1rem/1.5 sans-serif; background: #e1e8de; color: #14213a; }}
h2 {{ margin: 2rem 0 0; font-size: 1.2rem; }}
p {{ margin: .2rem 0 .6rem; }}
div {{ display: flex; gap: 1rem; overflow-x: auto; align-items: flex-start; }}
img {{ height: 40rem; width: auto; border: 1px solid #667387; }}
</style>
<h1>Alle Briefe</h1>
{entries}
</html>
"""
