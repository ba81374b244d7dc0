"""Where the focus is, and whether whoever uses no mouse can see it."""

from dataclasses import dataclass

from playwright.sync_api import Page

from tests.accessibility.asking import ask
from tests.support.colours import Pair

LEAST_RING = 2
"""CSS pixels (WCAG 2.2, 2.4.13)."""
LEAST_CONTRAST = 3
"""Of the ring with the ground (WCAG 2.2, 1.4.11)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Focus:
    """What has the focus, and how that shows."""

    what: str
    words: str
    ring: float
    colour: str
    ground: str
    is_on_top: bool

    def complaints(self) -> list[str]:
        """What keeps it from being seen."""
        found = []
        contrast = Pair(self.words, self.colour, self.ground).contrast
        if self.ring < LEAST_RING:
            found.append(f"a ring of {self.ring}: {self.what}")
        elif contrast < LEAST_CONTRAST:
            found.append(f"a ring in {self.colour} on {self.ground}: {self.what}")
        if not self.is_on_top:
            found.append(f"hidden: {self.what}")
        return found


def focus(page: Page) -> Focus | None:
    """What has the focus; None where nothing in particular has it."""
    found = ask(page, "focus")
    if found is None:
        return None
    found["words"] = " ".join(found["words"].split())
    return Focus(is_on_top=found.pop("isOnTop"), **found)


def tab_to(page: Page, words: str, *, most: int = 60) -> list[str]:
    """Press Tab until what begins with these words has the focus; what was wrong on the way.

    Raises AssertionError when it cannot be reached.
    """
    found, passed = [], []
    for _ in range(most):
        page.keyboard.press("Tab")
        at = focus(page)
        if at is not None:
            found += at.complaints()
            passed.append(at.words)
            if at.words.startswith(words):
                return found
    raise AssertionError(f"„{words}“ cannot be reached on {page.url}, only {passed}")
