"""Which Chromium the tests drive, and how it is started."""

from pathlib import Path

from playwright.sync_api import sync_playwright

DEBIAN = Path("/usr/bin/chromium")
FLAGS = (
    # As root Chromium refuses its sandbox; the pages under test are our own.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    # A browser that calls home would be a request to another host.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def find_chromium() -> Path | None:
    """Return the executable of Debian's Chromium, else of Playwright's own, else None."""
    if DEBIAN.exists():
        return DEBIAN
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    return own if own.exists() else None
