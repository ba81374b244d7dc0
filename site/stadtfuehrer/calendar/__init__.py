"""The consultant's own calendars: what is in them blocks times."""
