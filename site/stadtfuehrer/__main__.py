"""``python -m stadtfuehrer``."""

from stadtfuehrer.cli import main

main()
