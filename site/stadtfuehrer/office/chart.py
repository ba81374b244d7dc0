"""Bars as SVG: drawn here, coloured by office.css; the tables beside them say the same in words."""

from collections.abc import Sequence

from markupsafe import Markup

_HEIGHT = 40

_SVG = (
    '<svg class="{look}" width="320" height="{height}" viewBox="0 0 {width} {height}" '
    'preserveAspectRatio="none" '
    'aria-hidden="true" focusable="false">{bars}</svg>'
)


def columns(numbers: Sequence[int]) -> Markup:
    """A column for each number, the last one apart, since its week still runs.

    They are as high as the box that the style sheet gives them; what is there at all is seen.
    """
    most = max(numbers, default=0) or 1
    bars = ""
    for at, number in enumerate(numbers):
        height = max(round(_HEIGHT * number / most, 1), 1) if number else 0
        now = ' class="now"' if at == len(numbers) - 1 else ""
        x, y = 10 * at + 1, round(_HEIGHT - height, 1)
        bars += f'<rect{now} x="{x}" y="{y}" width="8" height="{height}"/>'
    return _drawn("columns", 10 * len(numbers), _HEIGHT, bars)


def bar(part: int, whole: int) -> Markup:
    """A bar that is as much of its box as the part is of the whole."""
    width = max(round(100 * part / whole, 1), 0.5) if part else 0
    return _drawn("bar", 100, 10, f'<rect width="{width}" height="10"/>')


def _drawn(look: str, width: int, height: int, bars: str) -> Markup:
    drawing = _SVG.format(look=look, width=width, height=height, bars=bars)
    return Markup(drawing)  # noqa: S704 - nothing but numbers
