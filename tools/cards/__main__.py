"""Draws every picture in static/img that is no SVG: what others see when a page or a result is
shared, and the icons.

The cards of results show the city plan of made-up answers with its outcome, drawn by the site
itself. Chromium paints it; then it is written anew with a palette, a third of the size.
"""

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from playwright.sync_api import sync_playwright

from stadtfuehrer.content.catalogue import Catalogue
from stadtfuehrer.quiz.drawing import draw, svg
from stadtfuehrer.quiz.plan import plan_of
from tests.support.contexts import opened_context
from tools.cards.icons import FOLDER, icons
from tools.cards.painting import ROOT, painted, styles
from tools.provision.browser import FLAGS, find_chromium

CARDS_FOLDER = FOLDER / "cards"
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
    Card(name="stadtplan", above="Mein Marketing", title="als Stadtplan", gaps="1010101010"),
)


def main() -> int:
    """Draw every picture; say how big it has become."""
    executable = find_chromium()
    if executable is None:
        sys.stderr.write("Chromium is missing. Get it with: make provision\n")
        return 1
    with (
        tempfile.TemporaryDirectory() as folder,
        opened_context(Path(folder) / "instance", f"sqlite:///{folder}/cards.db") as context,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        page = browser.new_page(color_scheme="light")
        page.emulate_media(reduced_motion="reduce")
        CARDS_FOLDER.mkdir(parents=True, exist_ok=True)
        _write(FOLDER / "card.png", painted(page, _site_page(), width=WIDTH, height=HEIGHT))
        for card in CARDS:
            html = _card_page(context.catalogue, card)
            picture = painted(page, html, width=WIDTH, height=HEIGHT)
            _write(CARDS_FOLDER / f"{card.name}.png", picture)
        for name, content in icons(page):
            _write(FOLDER / name, content)
        browser.close()
    return 0


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    sys.stdout.write(f"{path.relative_to(ROOT)}: {len(content)} bytes\n")


def _site_page() -> str:
    """What stands for the whole site: the sign of the home page before its map."""
    sheets = styles("site.css", "places.css")
    template = _templates().get_template("site.html")
    return template.render(styles=Markup(sheets))  # noqa: S704 - our own files


def _card_page(catalogue: Catalogue, card: Card) -> str:
    quiz = catalogue.quiz
    answers = {
        question.id: question.options[int(gap)].id
        for question, gap in zip(quiz.questions, card.gaps, strict=True)
    }
    titles = {slug: catalogue.offers.get(slug).title for slug in quiz.services}
    templates = _templates()
    sheets = styles("site.css", "places.css", "result.css")
    return templates.get_template("card.html").render(
        card=card,
        plan=svg(draw(plan_of(quiz, quiz.result(answers), titles))),
        draw=templates.get_template("web/drawings.html").module,
        styles=Markup(sheets),  # noqa: S704 - our own files
    )


def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader([ROOT / "templates", Path(__file__).parent]),
        undefined=StrictUndefined,
        autoescape=True,
    )


if __name__ == "__main__":
    sys.exit(main())
