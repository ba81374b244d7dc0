from __future__ import annotations

import pytest

from stadtfuehrer.outside.post import Parcel
from tests.outside.parcels import RECIPIENT, SENDER, parcel


@pytest.mark.parametrize(
    "address",
    [
        "",
        "vera",
        "vera@x.example\r\nRCPT TO:<y@x.example>",
        "a@x.example,b@x.example",
        "<a@x.example>",
        "vérà@x.example",
        "a b@x.example",
        "a@müller.example",
    ],
)
def test_an_address_that_is_not_plain_ascii_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="plain ASCII addresses"):
        parcel(recipient=address)


@pytest.mark.parametrize("name", ["", "../x", "a/b", "ü", "a.b", "A", "a\n", "x" * 101])
def test_a_name_that_is_no_file_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="part of a file name"):
        Parcel(name=name, sender=SENDER, recipient=RECIPIENT, message=b"")
