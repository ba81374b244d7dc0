"""The HTML checker has nothing to say about any page in any state: no error and no warning."""

from pathlib import Path

from tests.html.checker import complaints
from tests.support.sights.exhibition import SIGHTS, Exhibition


def test_every_page_is_valid(exhibition: Exhibition, tmp_path: Path) -> None:
    pages = {name: exhibition.page(name).body for name in SIGHTS}
    assert complaints(pages, tmp_path) == []


def test_what_is_wrong_is_said_of_its_page(exhibition: Exhibition, tmp_path: Path) -> None:
    whole = exhibition.page("error 404").body
    pages = {
        "whole": whole,
        "wrong child": whole.replace(b"<ul ", b"<ul><p></p></ul><ul ", 1),
        "needless": whole.replace(b"<nav ", b'<nav role="navigation" ', 1),
    }
    error, warning = sorted(complaints(pages, tmp_path), reverse=True)
    assert error.startswith("wrong child, line ")
    assert "“p” not allowed as child of element “ul”" in error
    assert warning.startswith("needless, line ")
    assert "“navigation” role is unnecessary" in warning
