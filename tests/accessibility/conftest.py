"""The exhibition of all pages is for the tests of this folder."""

from tests.sights.exhibition import exhibition

__all__ = ["exhibition"]
