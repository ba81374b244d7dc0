"""Choosing a time, booking it, and everything that can be done with a booking."""

from stadtfuehrer.web.booking import changing, choosing, feedback, filling, waiting
from stadtfuehrer.web.booking.blueprint import booking

__all__ = ["booking", "changing", "choosing", "feedback", "filling", "waiting"]
