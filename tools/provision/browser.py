"""Which browsers the tests drive, and how they are started."""

import shutil
from pathlib import Path

from playwright.sync_api import Playwright, sync_playwright

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


def find_chromium(playwright: Playwright | None = None) -> Path | None:
    """Return the executable of Debian's Chromium, else of Playwright's own, else None."""
    if DEBIAN.exists():
        return DEBIAN
    if playwright is None:
        with sync_playwright() as started:
            return find_chromium(started)
    own = Path(playwright.chromium.executable_path)
    return own if own.exists() else None


def find_firefox() -> Path | None:
    """Return the executable of Firefox, rather of the extended support release, or None."""
    found = shutil.which("firefox-esr") or shutil.which("firefox")
    return Path(found) if found else None


def find_webkit() -> Path | None:
    """Return WebKitGTK's own small browser, which its driver starts; None without driver or Xvfb.

    It is the engine of Safari, not Safari.
    """
    places = ("lib/*", "libexec")  # of Debian, and of others
    found = [one for at in places for one in Path("/usr").glob(f"{at}/webkit2gtk-4.?/MiniBrowser")]
    is_driven = all(map(shutil.which, ("WebKitWebDriver", "Xvfb")))
    return max(found) if found and is_driven else None
