"""What [[hooks]] refuses: the place, the reason, and never the secret."""

import base64

import pytest

from stadtfuehrer.hooks.model import Event
from stadtfuehrer.settings import load_settings
from tests.support.receiver import SECRET
from tests.support.settings_files import MistakesIn, Write

URL = "https://crm.example/geheim"
PRIVATE = "liegt in einem privaten Netz; dorthin schickt die Seite nichts"
NO_SECRET = (
    "ist kein „whsec_“ mit 24 bis 64 Bytes in Base64 dahinter; eines macht "
    '„echo "whsec_$(openssl rand -base64 32)"“'
)


def of_bytes(number: int) -> str:
    return f"whsec_{base64.b64encode(bytes(number)).decode()}"


def a_hook(**changes: str) -> str:
    keys = {"url": f'"{URL}"', "secret": f'"{SECRET}"'} | changes
    return "[[hooks]]\n" + "".join(f"{key} = {value}\n" for key, value in keys.items())


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("url", '"crm.example/geheim"', "ist keine Adresse, die mit https:// beginnt"),
        ("url", '"http://crm.example/geheim"',
         "beginnt mit http://; unverschlüsselt geht das nur auf diesem Rechner"),
        ("url", '"https://vera:geheim@crm.example"',
         "enthält eine Anmeldung; statt ihrer gilt die Unterschrift mit secret"),
        *(("url", f'"https://{host}/geheim"', PRIVATE)
          for host in ("10.0.0.1", "192.168.1.5:8080", "169.254.169.254", "100.64.0.1", "[fd00::1]",
                       "[fe80::1]", "[::ffff:10.0.0.1]")),
        ("url", "5", "muss ein Text in Anführungszeichen sein, ist aber der Text „…“"),
        *(("secret", f'"{text}"', NO_SECRET)
          for text in ("", "geheim", "whsec_", "whsec_geheim!", SECRET.removeprefix("whsec_"),
                       of_bytes(23), of_bytes(65))),
        ("name", f'"{"x" * 81}"', "darf höchstens 80 Zeichen haben"),
    ],
)  # fmt: skip
def test_one_mistake(
    write: Write, mistakes_in: MistakesIn, key: str, value: str, reason: str
) -> None:
    write(appended=a_hook(**{key: value}))
    assert mistakes_in() == [(f"hooks[0].{key}", reason)]


def test_an_unknown_event_is_named(write: Write, mistakes_in: MistakesIn) -> None:
    write(appended=a_hook(events='["booking.made"]'))
    ((place, reason),) = mistakes_in()
    assert place == "hooks[0].events[0]"
    assert reason.startswith("„booking.made“ ist nicht möglich; erlaubt sind booking.requested, ")


def test_several_have_names(write: Write, mistakes_in: MistakesIn) -> None:
    write(appended=a_hook() + a_hook(url='"https://andere.example/"'))
    assert mistakes_in() == [("hooks[1].name", "steht schon weiter oben; so heißt jeder anders")]


@pytest.mark.parametrize("url", [URL, "http://127.0.0.1:5678/hook", "http://localhost/x"])
def test_what_is_taken(write: Write, url: str) -> None:
    path = write(appended=a_hook(url=f'"{url}"', secret=f'"{of_bytes(24)}"'))
    (hook,) = load_settings(path.parent, {}).hooks
    assert (hook.url, hook.events, hook.name) == (url, tuple(Event), "")
