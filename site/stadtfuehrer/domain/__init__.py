"""The rules of the trade: pure values and functions, without clock, files, rows or frameworks."""
