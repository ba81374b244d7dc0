"""An instance folder whose content can be replaced, and the facts that fill the pages."""

from collections.abc import Callable
from pathlib import Path

import pytest

from stadtfuehrer.booking.slots import Kind
from stadtfuehrer.content import SHIPPED
from stadtfuehrer.content.catalogue import Catalogue, load_catalogue

FACTS: dict[str, object] = {
    "consultant_name": "Vera Beispiel",
    "consultant_email": "vera@stadtfuehrer.example",
    "consultant_phone": "+49 89 1234567",
    "consultant_title": "Stadtführerin",
    "street": "Marktplatz 1",
    "postcode": "80331",
    "city": "München",
    "country": "Deutschland",
    "vat_id": "DE123456789",
    "profession": "Marketingberaterin",
    "responsible": "Vera Beispiel",
    "host_name": "Rechenhaus GmbH",
    "host_address": "Am Kabel 2, 10115 Berlin",
    "supervisory_authority": "Bayerisches Landesamt für Datenschutzaufsicht",
    "reads_mailbox": False,
    "behind_proxy": False,
    "hooks": "",
    "calendar_read": "cloud.example",
    "law": "DE",
    "calendar_written": "cloud.example",
    "site_url": "https://stadtfuehrer.example",
    "bookings_months": "6",
    "tally_months": "24",
    "quiz_letters_days": "7",
    "log_days": "14",
    "waiting_days": "90",
    "voices_days": "17",
    "check_in_months": "23",
    "change_hours": "12",
    "notice_hours": "24",
    "kinds": (Kind(id="kennenlernen", title="Kennenlerngespräch", minutes=30, step=30),),
}


@pytest.fixture
def facts() -> dict[str, object]:
    return dict(FACTS)


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return load_catalogue(tmp_path_factory.mktemp("instance"), FACTS)


@pytest.fixture
def put(tmp_path: Path) -> Callable[..., Path]:
    """Put a file into the instance's content: a text, or the shipped one with a replacement."""

    def write(name: str, text: str | None = None, *, old: str = "", new: str = "") -> Path:
        path = tmp_path / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            original = (SHIPPED / name).read_text(encoding="utf-8")
            assert old in original
            text = original.replace(old, new, 1)
        path.write_text(text, encoding="utf-8")
        return path

    return write
