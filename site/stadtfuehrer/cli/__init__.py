"""The console script ``stadtfuehrer``."""

from stadtfuehrer.cli.commands import main

__all__ = ["main"]
