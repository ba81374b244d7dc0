"""Texts that are missing in what people wrote."""

from __future__ import annotations

from dataclasses import fields, is_dataclass


def blank_places(value: object, place: str = "") -> list[str]:
    """Where a text is blank or a list empty, within a dataclass: ``steps[0].title``."""
    if isinstance(value, str):
        return [] if value.strip() else [place]
    if isinstance(value, tuple):
        inside = [
            found
            for number, item in enumerate(value)
            for found in blank_places(item, f"{place}[{number}]")
        ]
        return inside if value else [place]
    if is_dataclass(value):
        before = f"{place}." if place else ""
        return [
            found
            for one in fields(value)
            for found in blank_places(getattr(value, one.name), f"{before}{one.name}")
        ]
    return []
