"""The tools that the tests take from npm: which are wanted, whether they are there, where.

What is wanted stands in ``tests/node/package.json``, the versions with their hashes in the lock
beside it. A further tool is added there (``npm install --save-dev NAME`` in that folder); a test
finds it with ``package_folder``.
"""

import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "node"
LOCK = FOLDER / "package-lock.json"
MODULES = FOLDER / "node_modules"

# A copy of the lock that was installed. Times would not do: a checkout of another branch and
# back makes the lock newer than what was installed from it.
STAMP = MODULES / "installed-lock.json"


def is_node_there() -> bool:
    """Whether both programs are on the path; Debian packs npm apart from Node.js."""
    return all(map(shutil.which, ("node", "npm")))


def are_packages_there() -> bool:
    """Whether what is installed is what the lock names."""
    return STAMP.exists() and STAMP.read_bytes() == LOCK.read_bytes()


def node() -> Path:
    """Return the program. Raises RuntimeError naming what to install."""
    found = shutil.which("node")
    if found is None:
        raise RuntimeError("Node.js is missing. Get it with: make provision")
    return Path(found)


def package_folder(name: str) -> Path:
    """Return the folder of an npm package. Raises RuntimeError naming how to install it."""
    if not are_packages_there():
        raise RuntimeError(f"The npm package {name} is missing. Get it with: make provision")
    return MODULES / name


def install() -> int:
    """Fetch exactly what the lock names. Return npm's exit status."""
    npm = shutil.which("npm")
    if npm is None:
        sys.stderr.write("npm is missing.\n")
        return 1
    status = subprocess.run((npm, "ci", "--prefix", FOLDER), check=False).returncode
    if status == 0:
        shutil.copyfile(LOCK, STAMP)
    return status


if __name__ == "__main__":
    sys.exit(install())
