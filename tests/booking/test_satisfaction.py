import pytest

from stadtfuehrer.booking.model import Satisfaction, find_satisfaction


@pytest.mark.parametrize("one", Satisfaction)
def test_each_choice_is_found_by_its_value_and_has_words_of_its_own(one: Satisfaction) -> None:
    assert find_satisfaction(one.value) is one
    assert [other for other in Satisfaction if other.label == one.label] == [one]


@pytest.mark.parametrize("value", ["", "Sehr", "sehr ", "sehr\n", "SEHR", "0", "VERY"])
def test_what_is_no_choice_is_not_found(value: str) -> None:
    assert find_satisfaction(value) is None
