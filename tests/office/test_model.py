"""Where a link may lead, and what a device is called."""

import pytest

from stadtfuehrer.office.model import device_in_words, own_path

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (f"{IPHONE} Version/18.5 Mobile/15E148 Safari/604.1", "Safari, iPhone"),
        (f"{IPHONE} CriOS/140.0 Mobile/15E148 Safari/604.1", "Chrome, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Firefox/142.0", "Firefox, Linux"),
        ("(Linux; Android 10) SamsungBrowser/28.0 Chrome/130.0", "Samsung Internet, Android"),
        (f"{WINDOWS} Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15", "Safari, Mac"),
        ("Linux", "Linux"),
        ("<script>", "Unbekanntes Gerät"),
        ("", "Unbekanntes Gerät"),
    ],
)
def test_a_device_is_called_by_what_it_says_of_itself(user_agent: str, name: str) -> None:
    assert device_in_words(user_agent) == name


@pytest.mark.parametrize(
    "path", ["/buero", "/buero/", "/buero/buchung/7", "/buero/leads?q=M%C3%BC"]
)
def test_a_path_of_the_office_is_led_to(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        *("", "/", "/termin", "/buerokratie", "//fremd.example", "https://fremd.example/buero"),
        *("/buero/../termin", "/buero\\fremd.example", "/buero/\r\nX: 1", "/buero/#x", " /buero"),
        *("/buero@fremd.example", "javascript:alert(1)", "/buero/ä"),
    ],
)
def test_no_other_path_is_led_to(path: str) -> None:
    assert own_path(path) == ""
