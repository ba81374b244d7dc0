"""Print the house: its layers, and of each topic how many modules and lines it has."""

import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "site" / "stadtfuehrer"
SMALL = 40


def main() -> None:
    """Print layers from top to bottom, then the sums that the house is judged by."""
    sizes = {file: _lines(file) for file in PACKAGE.rglob("*.py") if "migrations" not in file.parts}
    for layer in _layers():
        for name in layer.split(" | "):
            _print(name, [size for file, size in sizes.items() if _topic(file) == name])
    _print("all, without migrations", list(sizes.values()))
    largest = max(sizes, key=sizes.__getitem__)
    small = sum(size < SMALL for size in sizes.values())
    sys.stdout.write(f"\nlargest: {largest.relative_to(PACKAGE)}, {sizes[largest]} lines\n")
    sys.stdout.write(f"modules under {SMALL} lines: {small}\n")
    for folder in ("tests", "tools", "bench"):
        files = list((ROOT / folder).rglob("*.py"))
        _print(f"{folder}/", [_lines(file) for file in files if "node_modules" not in file.parts])


def _layers() -> list[str]:
    """Return the layers as import-linter checks them, the highest first."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers: list[str] = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    return layers


def _topic(file: Path) -> str:
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def _lines(file: Path) -> int:
    return len(file.read_text(encoding="utf-8").splitlines())


def _print(name: str, sizes: list[int]) -> None:
    sys.stdout.write(f"{name:24} {len(sizes):4} modules {sum(sizes):7,} lines\n")


if __name__ == "__main__":
    main()
