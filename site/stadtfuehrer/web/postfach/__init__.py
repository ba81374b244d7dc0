"""The postfach in the browser: only while letters are laid into a folder, only on this machine."""

from stadtfuehrer.web.postfach import looking, reading
from stadtfuehrer.web.postfach.blueprint import FOLDER, postfach

__all__ = ["FOLDER", "looking", "postfach", "reading"]
