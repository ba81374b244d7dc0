"""Draws the pictures that others see when a result is shared, into static/img/cards.

Each shows the city plan of made-up answers with its outcome, drawn by the site itself. Chromium
paints it; then it is written anew with a palette, a third of the size.
"""

from __future__ import annotations

import base64
import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from playwright.sync_api import sync_playwright

from stadtfuehrer.domain.quiz_plan import plan_of
from stadtfuehrer.web.quiz.plan import draw
from tests.cards.palette import indexed_png
from tests.offices import opened_office
from tests.provision.browser import FLAGS, find_chromium

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from stadtfuehrer.catalogue import Catalogue

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "static" / "img" / "cards"
WIDTH, HEIGHT = 1200, 630


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What stands on a picture, and the gaps of the answers whose plan it shows."""

    name: str
    above: str
    title: str
    gaps: str
    """A digit for each question of the shipped quiz."""


CARDS = (
    Card(
        name="marketingberatung",
        above="Nächster Halt:",
        title="Marketingberatung",
        gaps="3102201310",
    ),
    Card(
        name="marketingkonzeption",
        above="Nächster Halt:",
        title="Marketingkonzeption",
        gaps="0310103132",
    ),
    Card(
        name="marketingumsetzung",
        above="Nächster Halt:",
        title="Marketingumsetzung",
        gaps="0130131013",
    ),
    Card(
        name="auskennen",
        above="Hier kennt sich jemand aus:",
        title="alle Wege frei",
        gaps="0000000010",
    ),
    Card(
        name="stadtplan",
        above="Mein Marketing",
        title="als Stadtplan",
        gaps="1010101010",
    ),
)


def main() -> int:
    """Draw every card; say how big it has become."""
    executable = find_chromium()
    if executable is None:
        sys.stderr.write("Chromium is missing. Get it with: make provision\n")
        return 1
    with (
        tempfile.TemporaryDirectory() as folder,
        opened_office(Path(folder) / "instance", f"sqlite:///{folder}/cards.db") as office,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        page.emulate_media(reduced_motion="reduce")
        FOLDER.mkdir(parents=True, exist_ok=True)
        for card in CARDS:
            picture = _painted(page, _card_page(office.catalogue, card))
            (FOLDER / f"{card.name}.png").write_bytes(picture)
            sys.stdout.write(f"{card.name}: {len(picture)} bytes\n")
        browser.close()
    return 0


def _card_page(catalogue: Catalogue, card: Card) -> str:
    quiz = catalogue.quiz
    answers = {
        question.id: question.options[int(gap)].id
        for question, gap in zip(quiz.questions, card.gaps, strict=True)
    }
    titles = {slug: catalogue.offers.get(slug).title for slug in quiz.services}
    templates = Environment(
        loader=FileSystemLoader([ROOT / "templates", Path(__file__).parent]),
        undefined=StrictUndefined,
        autoescape=True,
    )
    return templates.get_template("card.html").render(
        card=card,
        drawing=draw(plan_of(quiz, quiz.result(answers), titles)),
        draw=templates.get_template("frame/drawings.html").module,
        styles=Markup(_styles()),  # noqa: S704 - our own files
    )


def _styles() -> str:
    """The site's style sheets with their fonts inside, waited for where the site does not wait."""
    css = "".join(
        (ROOT / "static" / "css" / name).read_text("utf-8")
        for name in ("site.css", "places.css", "result.css")
    )

    def enclosed(found: re.Match[str]) -> str:
        font = (ROOT / "static" / "css" / found[1]).read_bytes()
        return f'url("data:font/woff2;base64,{base64.b64encode(font).decode()}")'

    return re.sub(r'url\("([^"]+)"\)', enclosed, css).replace("display: optional", "display: block")


def _painted(page: Page, html: str) -> bytes:
    """The page as PNG; the browser itself reads the pixels of what it has painted."""
    page.set_content(html)
    page.evaluate("document.fonts.ready")
    shot = base64.b64encode(page.screenshot()).decode()
    pixels = page.evaluate(
        """async shot => {
            const image = new Image();
            image.src = `data:image/png;base64,${shot}`;
            await image.decode();
            const canvas = new OffscreenCanvas(image.width, image.height);
            const context = canvas.getContext("2d");
            context.drawImage(image, 0, 0);
            const data = context.getImageData(0, 0, image.width, image.height).data;
            let text = "";
            for (let at = 0; at < data.length; at += 8192)
                text += String.fromCharCode(...data.subarray(at, at + 8192));
            return btoa(text);
        }""",
        shot,
    )
    return indexed_png(base64.b64decode(pixels), WIDTH, HEIGHT)


if __name__ == "__main__":
    sys.exit(main())
