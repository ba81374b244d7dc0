"""The figures as a Markdown table, each with the law that it must keep, if there is one."""

from dataclasses import dataclass, field

DATABASES = ("SQLite", "PostgreSQL")


@dataclass(kw_only=True)
class _Row:
    law: str
    figures: dict[str, str] = field(default_factory=dict)
    broken: bool = False


@dataclass(kw_only=True)
class Table:
    """Rows in the order in which they were first noted."""

    rows: dict[str, _Row] = field(default_factory=dict)

    def note(self, what: str, on: str, figure: object, *, law: str = "", held: bool = True) -> None:
        """Note a figure of one database, and whether it keeps its law."""
        row = self.rows.setdefault(what, _Row(law=law))
        row.figures[on] = str(figure) if held else f"**{figure}**"
        row.broken = row.broken or not held

    def none_of(self, what: str, on: str, count: int) -> None:
        """Note how many there are of what there must be none of."""
        self.note(what, on, count, law="0", held=count == 0)

    @property
    def holds(self) -> bool:
        return not any(row.broken for row in self.rows.values())

    def markdown(self) -> str:
        lines = [f"| | {' | '.join(DATABASES)} | must be | |", "|---|---:|---:|---:|---|"]
        for what, row in self.rows.items():
            figures = " | ".join(row.figures.get(on, "") for on in DATABASES)
            held = ("BROKEN" if row.broken else "held") if row.law else ""
            lines.append(f"| {what} | {figures} | {row.law} | {held} |")
        return "\n".join(lines)
