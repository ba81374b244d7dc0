"""What goes into a spreadsheet is never run by it."""

import csv
import io

from hypothesis import example, given, settings
from hypothesis import strategies as st

from stadtfuehrer.text.spreadsheet import as_csv

PIECES = ("=", "+", "-", "@", ";", ",", '"', "'", "\n", "\r", "\t", " ", "\u2028", "a", "=1", ";=")
written = st.lists(st.sampled_from(PIECES) | st.characters(codec="utf-8"), max_size=8).map("".join)


@settings(max_examples=500)
@given(cells=st.lists(st.tuples(written, written), min_size=1, max_size=3))
@example(cells=[('a;"', "=1")])
@example(cells=[('a;""', "b;=1"), ("=1", '\n"=1')])
def test_no_cell_is_a_formula_wherever_lines_are_split(cells: list[tuple[str, str]]) -> None:
    rows = [{"id": 1, "eins": one, "zwei": other, "uid": "x"} for one, other in cells]
    text = as_csv(rows).decode("utf-8-sig")
    for separator in (",", ";", "\t"):
        for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
            found = csv.reader(io.StringIO(text, newline=""), delimiter=separator, quoting=quoting)
            for cell in (cell for row in found for cell in row):
                assert not cell.strip().startswith(("=", "+", "-", "@")), (separator, text)
    # And nothing is lost but for the mark.
    (_, *read) = csv.reader(io.StringIO(text, newline=""))
    for (_, one, other, _), (was_one, was_other) in zip(read, cells, strict=True):
        assert (one.replace("'", ""), other.replace("'", "")) == (
            was_one.replace("'", ""),
            was_other.replace("'", ""),
        )
