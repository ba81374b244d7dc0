"""How satisfied a visitor was with a consultation: one choice, and words if they like."""

from __future__ import annotations

from enum import StrEnum


class Satisfaction(StrEnum):
    """The choices, from best to worst; the value stands in addresses."""

    VERY = "sehr"
    RATHER = "eher"
    PARTLY = "teils"
    NOT = "nicht"

    @property
    def label(self) -> str:
        """The choice in the visitor's words."""
        return _LABELS[self]


_LABELS = {
    Satisfaction.VERY: "Sehr zufrieden",
    Satisfaction.RATHER: "Eher zufrieden",
    Satisfaction.PARTLY: "Teils, teils",
    Satisfaction.NOT: "Nicht zufrieden",
}


def find_satisfaction(value: str) -> Satisfaction | None:
    """The choice that an address or a form names, or None."""
    return next((one for one in Satisfaction if one.value == value), None)
