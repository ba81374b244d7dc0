"""What surrounds every page: headers, refusals and errors, static files, the log."""

from stadtfuehrer.web.frame.assembly import frame

__all__ = ["frame"]
