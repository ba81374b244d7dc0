"""The pages that are the same for everyone, and what machines ask a site for."""

from stadtfuehrer.web.pages import machines, places, reading
from stadtfuehrer.web.pages.blueprint import pages

__all__ = ["machines", "pages", "places", "reading"]
