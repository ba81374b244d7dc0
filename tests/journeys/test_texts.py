"""A price is changed in the office, stands on the page of all processes, and is changed back."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.journeys.steps import PATIENCE_SECONDS, Town
from tests.support.browsers import OpenPage
from tests.support.office import link_into
from tools.provision.visitor import Visitor
from tools.until import until

SHIPPED, RAISED, MISTAKEN = "600", "611", "622"
PROCESSES = 8
"""So many requests reach both processes, as good as surely."""


def is_public(town: Town, price: str) -> bool:
    host, _, port = town.address.removeprefix("http://").partition(":")
    pages = [Visitor(host, int(port)).get("/angebot").body.decode() for _ in range(PROCESSES)]
    return all(price in page for page in pages)


def change(page: Page, old: str, new: str) -> None:
    field = page.get_by_label("Text", exact=True)
    text = field.input_value()
    assert f"low = {old}" in text
    field.fill(text.replace(f"low = {old}", f"low = {new}"))


def test_a_price_and_back(town: Town, page: Page) -> None:
    page.goto(town.address + link_into(town.postfach.parent))
    page.get_by_role("button", name="Hier anmelden").click()
    page.get_by_role("link", name="Texte", exact=True).click()
    steps.heading(page, "Texte und Bild")
    page.get_by_role("link", name="Angebot und Preise").click()
    steps.heading(page, "Angebot und Preise")

    change(page, SHIPPED, "viel")
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_role("alert")).to_contain_text("offers.toml: Zeile")
    steps.look(page)
    change(page, "viel", RAISED)
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Vorschau").click()
    expect(opened.value.get_by_role("main")).to_contain_text(RAISED)
    opened.value.close()

    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_role("status")).to_contain_text("In ein paar Sekunden")

    change(page, RAISED, MISTAKEN)
    page.get_by_role("button", name="Speichern").click()
    until(lambda: is_public(town, MISTAKEN), within=PATIENCE_SECONDS, what="the new price")
    page.get_by_role("link", name="bis ").first.click()
    expect(page.get_by_role("status")).to_contain_text("Er gilt erst wieder, wenn du speicherst")
    steps.look(page)
    page.get_by_role("button", name="Speichern").click()
    until(lambda: is_public(town, RAISED), within=PATIENCE_SECONDS, what="the older price")
    page.get_by_role("button", name="Zurück zum mitgelieferten Text").click()
    expect(page.get_by_label("Text", exact=True)).to_contain_text(f"low = {SHIPPED}")


def test_a_face_on_the_start_page(town: Town, open_page: OpenPage) -> None:
    with open_page(javascript=False) as page:
        put_up_a_face(town, page)


def put_up_a_face(town: Town, page: Page) -> None:
    page.goto(town.address + link_into(town.postfach.parent))
    page.get_by_role("button", name="Hier anmelden").click()
    page.get_by_role("link", name="Texte", exact=True).click()
    photo = Path(__file__).parents[2] / "static/img/card.png"
    page.get_by_label("Dein Foto").set_input_files(photo)
    page.get_by_role("button", name="Bilder speichern").click()
    expect(page.get_by_role("status")).to_contain_text("In ein paar Sekunden")

    def shown() -> int:
        page.goto(town.address)
        return page.locator(".portrait img").count()

    until(lambda: shown() == 1, within=PATIENCE_SECONDS, what="the face")
    face = page.locator(".portrait img")
    assert face.evaluate("one => one.decode().then(() => one.naturalWidth)") == 320
    page.goto(f"{town.address}/buero/texte")
    page.get_by_role("button", name="Foto wegnehmen").click()
    expect(page.get_by_role("button", name="Foto wegnehmen")).to_have_count(0)
