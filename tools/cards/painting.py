"""Paints HTML with Chromium, for pictures that are made and not drawn by hand."""

import base64
import re
from pathlib import Path

from playwright.sync_api import Page

from tools.cards.palette import indexed_png

ROOT = Path(__file__).parents[2]


def painted(page: Page, html: str, *, width: int, height: int) -> bytes:
    """The HTML as a PNG of few colours, in pixels; the browser itself reads what it has painted."""
    page.set_viewport_size({"width": width, "height": height})
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
    return indexed_png(base64.b64decode(pixels), width, height)


def styles(*names: str) -> str:
    """The site's style sheets with their fonts inside, waited for where the site does not wait."""
    css = "".join((ROOT / "static" / "css" / name).read_text("utf-8") for name in names)

    def inlined(found: re.Match[str]) -> str:
        font = (ROOT / "static" / "css" / found[1]).read_bytes()
        return f'url("data:font/woff2;base64,{base64.b64encode(font).decode()}")'

    return re.sub(r'url\("([^"]+)"\)', inlined, css).replace("display: optional", "display: block")
