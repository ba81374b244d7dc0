"""The exhibition of all pages is for the tests of this folder."""

from tests.sights.exhibition import the_exhibition

__all__ = ["the_exhibition"]
