import json
import shutil
from pathlib import Path

import pytest

from tests.provision import node


@pytest.fixture
def empty_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let there be no program at all."""
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.fixture
def own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Give a copy of the folder in which nothing is installed."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(node.FOLDER / name, tmp_path)
    monkeypatch.setattr(node, "FOLDER", tmp_path)
    monkeypatch.setattr(node, "LOCK", tmp_path / "package-lock.json")
    monkeypatch.setattr(node, "MODULES", tmp_path / "node_modules")
    monkeypatch.setattr(node, "STAMP", tmp_path / "node_modules" / node.STAMP.name)
    return tmp_path


def test_lock_has_a_hash_for_each_package_and_the_address_of_none() -> None:
    lock = json.loads(node.LOCK.read_text("utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert [name for name, entry in packages.items() if "integrity" not in entry] == []
    assert [name for name, entry in packages.items() if "resolved" in entry] == []


def test_lock_is_the_one_of_the_tools_that_are_wanted() -> None:
    wanted = json.loads((node.FOLDER / "package.json").read_text("utf-8"))["devDependencies"]
    lock = json.loads(node.LOCK.read_text("utf-8"))
    assert lock["packages"][""]["devDependencies"] == wanted
    assert all(node.package_folder(name).is_dir() for name in wanted)


def test_package_that_is_not_installed_is_named_with_the_command_that_brings_it(
    own_folder: Path,
) -> None:
    with pytest.raises(RuntimeError, match=r"ical\.js is missing.*make provision"):
        node.package_folder("ical.js")


def test_packages_of_another_lock_are_not_there(own_folder: Path) -> None:
    node.MODULES.mkdir()
    shutil.copy(node.LOCK, node.STAMP)
    assert node.are_packages_there()
    with node.LOCK.open("a") as lock:
        lock.write("\n")
    assert not node.are_packages_there()


def test_missing_node_is_named_with_the_command_that_brings_it(empty_path: None) -> None:
    assert not node.is_node_there()
    with pytest.raises(RuntimeError, match=r"Node.js is missing.*make provision"):
        node.node()


def test_without_npm_nothing_is_installed(
    empty_path: None, own_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert node.install() == 1
    assert "npm is missing" in capsys.readouterr().err
    assert not node.are_packages_there()


def test_half_an_installation_is_none(
    own_folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    npm = tmp_path / "npm"
    npm.write_text(f"#!/bin/sh\nmkdir {node.MODULES}; exit 7\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert node.install() == 7
    assert node.MODULES.is_dir()
    assert not node.are_packages_there()
