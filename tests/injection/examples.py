"""How hard to look: a little in every run, `INJECTION_EXAMPLES=10000` for so many typed values."""

from __future__ import annotations

import os

EXAMPLES = int(os.environ.get("INJECTION_EXAMPLES", "0"))
