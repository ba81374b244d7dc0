"""Write every letter there is into a folder, to be looked at: `make letters`."""

import argparse
import sys
import tempfile
from pathlib import Path

from tools.letters.files import write_letters, write_list
from tools.letters.life import sample_letters
from tools.letters.pictures import take_pictures


def main() -> int:
    """Write the letters, and what they look like where there is a Chromium."""
    options = argparse.ArgumentParser(prog="python -m tools.letters", description=__doc__)
    options.add_argument("folder", nargs="?", type=Path, default=Path("build/letters"))
    options.add_argument("--no-pictures", action="store_true", help="these take most of the time")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="stadtfuehrer-letters-") as made:
        samples = sample_letters(Path(made))
    write_letters(chosen.folder, samples)
    if not chosen.no_pictures and not take_pictures(chosen.folder, [one.name for one in samples]):
        sys.stderr.write("No Chromium, no pictures. Get it with: make provision\n")
    write_list(chosen.folder, samples)
    sys.stdout.write(f"{len(samples)} letters: {(chosen.folder / 'index.html').resolve()}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
