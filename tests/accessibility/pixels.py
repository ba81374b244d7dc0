"""The contrast of all text of a page, measured on the picture that the browser draws.

axe reckons with style sheets. It gives up where a sign is drawn by ``::before``, where a map or a
gradient lies behind, and in forced colours, where styles no longer say what is drawn.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

SCALE = 2
"""Device pixels to a CSS pixel: the strokes of small type then have pixels without an edge."""

_LINES = """() => {
  const lines = [];
  const add = (box, of, text) => {
    const style = getComputedStyle(of);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (box.width > 1 && box.height > 1) {
      lines.push({ text, isLarge, box: [box.x + scrollX, box.y + scrollY, box.width, box.height] });
    }
  };
  const isSeen = (one) => one.checkVisibility() && !one.closest("svg, .hidden, .skip, .aside-trap");
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (!text.data.trim() || !isSeen(text.parentElement) || text.parentElement.closest("select")) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    for (const box of range.getClientRects()) add(box, text.parentElement, text.data.trim());
  }
  for (const field of document.querySelectorAll("input, textarea, select")) {
    if (["checkbox", "radio", "hidden"].includes(field.type) || !field.value || !isSeen(field)) continue;
    const box = field.getBoundingClientRect();
    add(new DOMRect(box.x + 5, box.y + 5, box.width - 10, box.height - 10), field, field.value);
  }
  return lines;
}"""

# The commonest colour is the ground; the letters are what stands out most from it. A few pixels
# may be a neighbour's edge.
_MEASURE = """async ({ png, lines, scale }) => {
  const file = await (await fetch(`data:image/png;base64,${png}`)).blob();
  const picture = await createImageBitmap(file);
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const drawn = canvas.getContext("2d", { willReadFrequently: true });
  drawn.drawImage(picture, 0, 0);
  const linear = (value) => (value <= 10 ? value / 3294 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = (colour) =>
    0.2126 * linear(colour >> 16) + 0.7152 * linear((colour >> 8) & 255) + 0.0722 * linear(colour & 255);
  const contrast = (one, other) => (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  return lines.map(({ box }) => {
    const { data } = drawn.getImageData(...box.map((length) => Math.round(length * scale)));
    const counts = new Map();
    for (let at = 0; at < data.length; at += 4) {
      const colour = (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
      counts.set(colour, (counts.get(colour) ?? 0) + 1);
    }
    const common = [...counts].filter(([, count]) => count >= 8);
    const [[ground]] = common.sort((one, other) => other[1] - one[1]);
    const behind = luminance(ground);
    return Math.max(...common.map(([colour]) => contrast(luminance(colour), behind)));
  });
}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of text as it is drawn; contrast as WCAG 2.2 defines it, 1 to 21."""

    text: str
    is_large: bool
    contrast: float

    @property
    def is_legible(self) -> bool:
        """Whether it fulfils WCAG 2.2, 1.4.3."""
        return self.contrast >= (3 if self.is_large else 4.5)


def measure(page: Page, paper: Page) -> list[Line]:
    """Measure every line of text that is seen; ``paper`` is any other page, which does the sums.

    The page's context needs ``device_scale_factor=SCALE``. Its window is made as high as the page,
    so that nothing sticks to the bottom over something else.
    """
    size = page.viewport_size
    assert size is not None
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": height})
    lines = page.evaluate(_LINES)
    picture = base64.b64encode(page.screenshot()).decode()
    found = paper.evaluate(_MEASURE, {"png": picture, "lines": lines, "scale": SCALE})
    page.set_viewport_size(size)
    return [
        Line(text=line["text"], is_large=line["isLarge"], contrast=round(contrast, 2))
        for line, contrast in zip(lines, found, strict=True)
    ]
