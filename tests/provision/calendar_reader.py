"""Where libical is, the C library that reads our calendar files a second time."""

import ctypes
import ctypes.util


def find_libical() -> str | None:
    """Return the name under which the dynamic linker loads libical, or None."""
    found = ctypes.util.find_library("ical")
    for name in filter(None, (found, "libical.so.3")):
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return name
    return None
