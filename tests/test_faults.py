import pytest

from stadtfuehrer.faults import kind_and_place


def deep(name: str) -> None:
    raise ValueError(name)


def test_an_error_is_told_by_its_kind_and_its_place_without_its_text() -> None:
    with pytest.raises(ValueError, match="anna@gast") as caught:
        deep("anna@gast.example")
    place = f"{__file__}:{deep.__code__.co_firstlineno + 1}"
    assert kind_and_place(caught.value) == {"error": "ValueError", "where": place}
