"""The tools that the tests take from npm: which are wanted, whether they are there, where.

What is wanted stands in the ``package.json`` of a folder, the versions with their hashes in the
lock beside it. A further tool is added there (``npm install --save-dev NAME`` in that folder); a
test finds it with ``TOOLS.package``.
"""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Tools:
    """The packages that a folder's ``package.json`` names."""

    folder: Path
    command: str
    """What a person types to have them fetched."""

    @property
    def lock(self) -> Path:
        return self.folder / "package-lock.json"

    @property
    def modules(self) -> Path:
        return self.folder / "node_modules"

    @property
    def stamp(self) -> Path:
        """A copy of the lock that was installed.

        Times would not do: a checkout of another branch and back makes the lock newer than what
        was installed from it.
        """
        return self.modules / "installed-lock.json"

    def are_there(self) -> bool:
        """Whether what is installed is what the lock names."""
        return self.stamp.exists() and self.stamp.read_bytes() == self.lock.read_bytes()

    def package(self, name: str) -> Path:
        """Return the folder of a package. Raises RuntimeError naming how to install it."""
        if not self.are_there():
            raise RuntimeError(f"The npm package {name} is missing. Get it with: {self.command}")
        return self.modules / name

    def install(self) -> int:
        """Fetch exactly what the lock names. Return npm's exit status."""
        npm = shutil.which("npm")
        if npm is None:
            sys.stderr.write("npm is missing.\n")
            return 1
        status = subprocess.run((npm, "ci", "--prefix", self.folder), check=False).returncode
        if status == 0:
            shutil.copyfile(self.lock, self.stamp)
        return status


TOOLS = Tools(Path(__file__).parents[1] / "node", "make provision")


def is_node_there() -> bool:
    """Whether both programs are on the path; Debian packs npm apart from Node.js."""
    return all(map(shutil.which, ("node", "npm")))


def node() -> Path:
    """Return the program. Raises RuntimeError naming what to install."""
    found = shutil.which("node")
    if found is None:
        raise RuntimeError("Node.js is missing. Get it with: make provision")
    return Path(found)


if __name__ == "__main__":
    sys.exit(TOOLS.install())
