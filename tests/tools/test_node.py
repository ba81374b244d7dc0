import json
import shutil
from pathlib import Path

import pytest

from tools.provision import node
from tools.provision.node import Tools

LIGHTHOUSE = Tools(node.TOOLS.folder.parent / "lighthouse", "make lighthouse")
EACH = pytest.mark.parametrize("each", [node.TOOLS, LIGHTHOUSE], ids=["tests", "lighthouse"])


@pytest.fixture
def empty_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let there be no program at all."""
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    """Give a copy of a folder in which nothing is installed."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(node.TOOLS.folder / name, tmp_path)
    return Tools(tmp_path, "make provision")


@EACH
def test_lock_has_a_hash_for_each_package_and_the_address_of_none(each: Tools) -> None:
    lock = json.loads(each.lock.read_text("utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert [name for name, entry in packages.items() if "integrity" not in entry] == []
    assert [name for name, entry in packages.items() if "resolved" in entry] == []


@EACH
def test_lock_is_the_one_of_the_tools_that_are_wanted(each: Tools) -> None:
    wanted = json.loads((each.folder / "package.json").read_text("utf-8"))["devDependencies"]
    lock = json.loads(each.lock.read_text("utf-8"))
    assert lock["packages"][""]["devDependencies"] == wanted


def test_tools_of_the_tests_are_installed() -> None:
    wanted = json.loads((node.TOOLS.folder / "package.json").read_text("utf-8"))["devDependencies"]
    assert all(node.TOOLS.package(name).is_dir() for name in wanted)


def test_package_that_is_not_installed_is_named_with_the_command_that_brings_it(
    tools: Tools,
) -> None:
    with pytest.raises(RuntimeError, match=r"ical\.js is missing.*make provision"):
        tools.package("ical.js")


def test_packages_of_another_lock_are_not_there(tools: Tools) -> None:
    tools.modules.mkdir()
    shutil.copy(tools.lock, tools.stamp)
    assert tools.are_there()
    with tools.lock.open("a") as lock:
        lock.write("\n")
    assert not tools.are_there()


def test_missing_node_is_named_with_the_command_that_brings_it(empty_path: None) -> None:
    assert not node.is_node_there()
    with pytest.raises(RuntimeError, match=r"Node.js is missing.*make provision"):
        node.node()


def test_without_npm_nothing_is_installed(
    empty_path: None, tools: Tools, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tools.install() == 1
    assert "npm is missing" in capsys.readouterr().err
    assert not tools.are_there()


def test_half_an_installation_is_none(
    tools: Tools, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    npm = tmp_path / "npm"
    npm.write_text(f"#!/bin/sh\nmkdir {tools.modules}; exit 7\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert tools.install() == 7
    assert tools.modules.is_dir()
    assert not tools.are_there()
