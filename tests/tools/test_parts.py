import sys
from pathlib import Path

import pytest

from tools.provision import __main__ as provision
from tools.provision.__main__ import Part


def a_part(there: Path, *, command: tuple[str, ...], packages: tuple[str, ...] = ()) -> Part:
    return Part(name="the lantern", is_there=there.exists, packages=packages, otherwise=command)


@pytest.fixture
def debian(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Be root on Debian, and give what would have been run."""
    commands: list[tuple[str, ...]] = []
    monkeypatch.setattr(provision, "_is_debian", lambda: True)
    monkeypatch.setattr("os.geteuid", lambda: 0)

    def run(command: tuple[str, ...]) -> bool:
        commands.append(command)
        return True

    monkeypatch.setattr(provision, "_run", run)
    return commands


def test_what_is_there_is_not_fetched(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, debian: list[tuple[str, ...]]
) -> None:
    monkeypatch.setattr(provision, "PARTS", (a_part(tmp_path, command=("fetch",)),))
    assert provision.main() == 0
    assert debian == []


def test_what_debian_does_not_have_is_fetched_there_by_its_own_command(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lantern = tmp_path / "lantern"
    command = (sys.executable, "-c", f"open({str(lantern)!r}, 'w')")
    monkeypatch.setattr(provision, "PARTS", (a_part(lantern, command=command),))
    monkeypatch.setattr(provision, "_is_debian", lambda: True)
    assert provision.main() == 0
    assert lantern.exists()


def test_what_debian_has_comes_from_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, debian: list[tuple[str, ...]]
) -> None:
    part = a_part(tmp_path / "lantern", command=("fetch",), packages=("lantern", "oil"))
    monkeypatch.setattr(provision, "PARTS", (part,))
    assert provision.main() == 1
    (command,) = debian
    assert (command[0], command[-2:]) == ("apt-get", ("lantern", "oil"))


@pytest.mark.parametrize(
    ("packages", "advice"),
    [
        (("lantern",), "sudo apt-get install --no-install-recommends lantern"),
        ((), "fetch the lantern"),
    ],
)
def test_what_cannot_be_had_is_named_with_the_command_that_brings_it(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    debian: list[tuple[str, ...]],
    capsys: pytest.CaptureFixture[str],
    packages: tuple[str, ...],
    advice: str,
) -> None:
    part = a_part(tmp_path / "no", command=("fetch", "the", "lantern"), packages=packages)
    monkeypatch.setattr(provision, "PARTS", (part,))
    assert provision.main() == 1
    said = capsys.readouterr().err
    assert "Missing: the lantern." in said
    assert f"Get it with: {advice}\n" in said
