"""Where libical is, the C library that reads our calendar files a second time."""

import ctypes
import ctypes.util


def find_libical(part: str = "ical") -> str | None:
    """Return the name under which the dynamic linker loads a part of libical, or None.

    ``icalss`` is the part that judges scheduling messages; Debian has both in one package.
    """
    found = ctypes.util.find_library(part)
    for name in filter(None, (found, f"lib{part}.so.3")):
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return name
    return None
