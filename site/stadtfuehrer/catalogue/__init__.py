"""Content files turned into domain values, once, at the start; a mistake in them stops it."""

from stadtfuehrer.catalogue.loading import Catalogue, load_catalogue
from stadtfuehrer.catalogue.pages import Page

__all__ = ["Catalogue", "Page", "load_catalogue"]
