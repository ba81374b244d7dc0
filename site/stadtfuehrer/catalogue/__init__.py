"""Content files turned into domain values, once, at the start; a mistake in them stops it."""

from stadtfuehrer.catalogue.articles import Article
from stadtfuehrer.catalogue.faq import Faq
from stadtfuehrer.catalogue.loading import Catalogue, load_catalogue

__all__ = ["Article", "Catalogue", "Faq", "load_catalogue"]
