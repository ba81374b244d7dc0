"""The Nu HTML checker: the one that the W3C runs."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tools.provision.node import TOOLS


def complaints(pages: Mapping[str, bytes], folder: Path) -> list[str]:
    """Everything that the checker says about pages, each by its name; ``folder`` is scratch.

    All in one go: starting Java takes as long as a hundred pages. Raises RuntimeError naming what
    is missing.
    """
    java = shutil.which("java")
    if java is None:
        raise RuntimeError("Java is missing. Get it with: make provision")
    checker = TOOLS.package("vnu-jar") / "build" / "dist" / "vnu.jar"
    files = {str(number): name for number, name in enumerate(pages)}
    for number, name in files.items():
        (folder / f"{number}.html").write_bytes(pages[name])
    said = subprocess.run(
        (java, "-jar", checker, "--format", "json", "--exit-zero-always", "--stdout", folder),
        check=True,
        capture_output=True,
    )
    return [
        f"{files[one['url'].rpartition('/')[2].removesuffix('.html')]}, line "
        f"{one.get('lastLine', '?')}: {one['message']} {one.get('extract', '').strip()!r}"
        for one in json.loads(said.stdout)["messages"]
    ]
