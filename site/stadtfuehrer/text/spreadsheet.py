"""Rows for a spreadsheet, which must not run what strangers wrote."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any


def as_csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """The rows for a spreadsheet, with the mark by which Excel knows UTF-8; nothing for none."""
    if not rows:
        return b""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows({key: _tame(value) for key, value in row.items()} for row in rows)
    return text.getvalue().encode("utf-8-sig")


_FORMULA = re.compile(
    r"""(?:^|(?<=[;,\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029]))(?=[\s"']*[=+\-@＝＋－＠])"""
)
"""Where a cell begins that a spreadsheet would run.

In German it splits lines at semicolons. It then takes no quotation mark for one that does not open
its cell, so that a new line within a cell is one of the table, too.
"""


def _tame(value: object) -> object:
    """Keep a spreadsheet from running what a visitor wrote as a formula, wherever it splits it."""
    return _FORMULA.sub("'", value) if isinstance(value, str) else value
