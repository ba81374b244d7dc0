"""What a page's layout is asked: does it fit, does it hide its own words, can it be hit."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

LEAST_TARGET = 24
"""CSS pixels (WCAG 2.2, 2.5.8)."""

_SPACED = """
* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
p { margin-bottom: 2em !important; }
"""
"""The text spacing that a page has to bear (WCAG 2.2, 1.4.12)."""

_SPACE = """(css) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [sheet];
}"""

_TOO_WIDE = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  const out = [...document.body.querySelectorAll("*")].filter((one) => one.checkVisibility()
    && !one.closest("svg, .aside-trap, .skip") && one.getBoundingClientRect().right > room + 1);
  return [`${document.documentElement.scrollWidth} on ${room}`, ...out.map((one) => one.outerHTML.slice(0, 90))];
}"""

# Text whose box is smaller than itself and hides what sticks out.
_CUT_OFF = """() => [...document.body.querySelectorAll("*")].filter((one) => {
  if (!one.checkVisibility() || one.closest("svg, .hidden, .aside-trap, iframe")) return false;
  if (!one.innerText?.trim() || one.matches("textarea, select, input")) return false;
  const hides = (way) => ["hidden", "clip"].includes(getComputedStyle(one)[way]);
  return (hides("overflowX") && one.scrollWidth > one.clientWidth + 1)
    || (hides("overflowY") && one.scrollHeight > one.clientHeight + 1);
}).map((one) => one.outerHTML.slice(0, 90))"""

# Excepted are links in a sentence, and small targets with room around: a circle of 24 pixels around
# the middle of each meets no other target.
_TOO_SMALL = """(least) => {
  const seen = [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
    .filter((one) => one.checkVisibility() && !one.disabled && one.type !== "hidden" && !one.closest(".aside-trap, .skip"));
  const box = (one) => {
    const own = one.getBoundingClientRect();
    const labels = [...(one.labels ?? [])].map((label) => label.getBoundingClientRect());
    return [own, ...labels].reduce((most, next) => {
      const [left, top] = [Math.min(most.left, next.left), Math.min(most.top, next.top)];
      return new DOMRect(left, top, Math.max(most.right, next.right) - left, Math.max(most.bottom, next.bottom) - top);
    });
  };
  const inSentence = (one) => getComputedStyle(one).display === "inline" && one.tagName === "A" &&
    one.parentElement.innerText.trim() !== one.innerText.trim();
  const boxes = seen.map(box);
  const isSmall = (one) => Math.min(one.width, one.height) < least - .5;
  const middle = (one) => [one.x + one.width / 2, one.y + one.height / 2];
  return seen.filter((one, at) => {
    if (!isSmall(boxes[at]) || inSentence(one)) return false;
    const [x, y] = middle(boxes[at]);
    return boxes.some((other, its) => {
      if (its === at || seen[its].contains(one) || one.contains(seen[its])) return false;
      const near = (value, from, to) => Math.max(from, Math.min(to, value));
      const [itsX, itsY] = middle(other);
      return Math.hypot(x - near(x, other.left, other.right), y - near(y, other.top, other.bottom)) < least / 2
        || (isSmall(other) && Math.hypot(x - itsX, y - itsY) < least);
    });
  }).map((one) => { const { width, height } = box(one); return `${one.outerHTML.slice(0, 90)} ${width} x ${height}`; });
}"""

_MOVING = """() => document.getAnimations().map((one) =>
  `${one.animationName ?? one.transitionProperty} of ${one.effect.target.outerHTML.slice(0, 60)}`)"""


def enlarge(page: Page) -> None:
    """Make the text twice as large (WCAG 2.2, 1.4.4)."""
    page.evaluate("document.documentElement.style.fontSize = '200%'")


def space_out(page: Page) -> None:
    """Give the text more space, by script, as browsers' extensions do: pages forbid styles."""
    page.evaluate(_SPACE, _SPACED)


def too_wide(page: Page) -> list[str]:
    """What makes the page scroll sideways: nothing, or the widths and whatever sticks out."""
    found: list[str] = page.evaluate(_TOO_WIDE)
    return found


def cut_off(page: Page) -> list[str]:
    """Whatever hides a part of its own text."""
    found: list[str] = page.evaluate(_CUT_OFF)
    return found


def too_small(page: Page) -> list[str]:
    """Whatever is too small to be hit, but for the exceptions of WCAG 2.2, 2.5.8."""
    found: list[str] = page.evaluate(_TOO_SMALL, LEAST_TARGET)
    return found


def moving(page: Page) -> list[str]:
    """Animations and transitions that run."""
    found: list[str] = page.evaluate(_MOVING)
    return found
