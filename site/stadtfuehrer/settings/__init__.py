"""Typed settings: one file, read once at start, refused with every mistake it has."""

from stadtfuehrer.settings.reading import EXAMPLE, FILE_NAME, load_settings
from stadtfuehrer.settings.rules import booking_rules, consultation_kinds, rules_by_kind
from stadtfuehrer.settings.schema import ConsultantSettings, MailSettings, Settings

__all__ = [
    "EXAMPLE",
    "FILE_NAME",
    "ConsultantSettings",
    "MailSettings",
    "Settings",
    "booking_rules",
    "consultation_kinds",
    "load_settings",
    "rules_by_kind",
]
