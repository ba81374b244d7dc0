"""The Nu HTML checker, the one that the W3C runs, finds no fault in any page in any state."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.support.sights.exhibition import SIGHTS, Exhibition
from tools.provision.node import TOOLS


def complaints(pages: Mapping[str, bytes], folder: Path) -> set[str]:
    """Everything that the checker says about pages, each by its name; ``folder`` is scratch."""
    java = shutil.which("java")
    assert java, "Java is missing. Get it with: make provision"
    checker = TOOLS.package("vnu-jar") / "build" / "dist" / "vnu.jar"
    files = {f"{number}.html": name for number, name in enumerate(pages)}
    for file, name in files.items():
        (folder / file).write_bytes(pages[name])
    command = (java, "-jar", checker, "--format", "json", "--exit-zero-always", "--stdout", folder)
    said = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return {f"{files[one['url'].rpartition('/')[2]]}: {one['message']}" for one in said["messages"]}


def test_every_page_is_valid_and_what_is_wrong_is_said(
    exhibition: Exhibition, tmp_path: Path
) -> None:
    # All in one go: starting Java takes as long as a hundred pages.
    pages = {name: exhibition.page(name).body for name in SIGHTS}
    whole = pages["error 404"]
    pages["wrong child"] = whole.replace(b"<ul ", b"<ul><p></p></ul><ul ", 1)
    pages["needless"] = whole.replace(b"<nav ", b'<nav role="navigation" ', 1)
    error, warning = sorted(complaints(pages, tmp_path), reverse=True)
    assert error.startswith("wrong child: ")
    assert "“p” not allowed as child of element “ul”" in error
    assert warning.startswith("needless: ")
    assert "“navigation” role is unnecessary" in warning
