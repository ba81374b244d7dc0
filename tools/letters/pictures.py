"""Pictures of letters as a browser shows them: on a phone and on a desk, by day and at night."""

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from playwright.sync_api import sync_playwright

from tools.provision.browser import FLAGS, find_chromium

WIDTHS = (360, 800)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def picture_names(name: str) -> list[str]:
    """What a letter's pictures are called."""
    return [f"{name}-{width}-{scheme}.png" for width in WIDTHS for scheme in SCHEMES]


def take_pictures(folder: Path, names: Iterable[str]) -> bool:
    """Put the pictures of each NAME.html beside it; False where there is no Chromium."""
    executable = find_chromium()
    if executable is None:
        return False
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        for width in WIDTHS:
            for scheme in SCHEMES:
                page = browser.new_page(
                    viewport={"width": width, "height": 600},
                    color_scheme=scheme,
                    java_script_enabled=False,
                )
                for name in names:
                    page.goto((folder / f"{name}.html").resolve().as_uri())
                    page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
                page.close()
        browser.close()
    return True
