"""What of a name fits onto a sign of the city plan; all of it stands in the words beside it."""

from __future__ import annotations


def short_names(titles: tuple[str, ...]) -> tuple[str, ...]:
    """Without the word that all begin with: on a map of marketing that goes without saying."""
    rests = tuple(title.removeprefix("Marketing").strip(" -") for title in titles)
    if len(titles) > 1 and all(map(len, rests)) and not set(rests) & set(titles):
        return tuple(rest[0].upper() + rest[1:] for rest in rests)
    return titles


def lines_of(name: str, letters: int) -> tuple[str, ...]:
    """At most two lines of at most so many letters; what does not fit ends with „…“."""
    lines = [""]
    for word in name.split():
        fitting = word if len(word) <= letters else f"{word[: letters - 1]}…"
        if len(lines[-1]) + len(fitting) < letters or not lines[-1]:
            lines[-1] = f"{lines[-1]} {fitting}".strip()
        elif len(lines) == 1:
            lines.append(fitting)
        else:
            return (lines[0], f"{lines[1][: letters - 1].rstrip()}…")
    return tuple(lines)
