"""What the disk can do, for whom it is what a booking waits for."""

import os
import time
from pathlib import Path

WRITES = 100
_BYTES = 4096


def synced_writes_per_second(folder: Path) -> float:
    """Write to a file in `folder`, wait until the disk has it, and so on; return how often.

    SQLite does as much for each transaction that it commits (synchronous FULL, write-ahead log).
    """
    file = os.open(folder / "synced", os.O_WRONLY | os.O_CREAT)
    try:
        began = time.perf_counter()
        for _ in range(WRITES):
            os.pwrite(file, os.urandom(_BYTES), 0)
            os.fsync(file)
        return WRITES / (time.perf_counter() - began)
    finally:
        os.close(file)
