"""The counters of the quiz as rows, and which forms were counted already."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import LargeBinary, String, Text, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from stadtfuehrer.database.base import Base, upsert
from stadtfuehrer.quiz.statistics import CounterKey, Metric


def add_counts(session: Session, counts: Mapping[tuple[date, CounterKey], int]) -> None:
    """Raise each counter of a day by its number; one statement for all of them."""
    rows = [
        {
            "day": day,
            "quiz_version": key.quiz_version,
            "what": key.metric.value,
            "question": key.question,
            "option": key.option,
            "number": number,
        }
        # In one order for everybody, so that no two wait for each other.
        for (day, key), number in sorted(counts.items())
    ]
    insert = upsert(session, DbQuizStatistics).values(rows)
    session.execute(
        insert.on_conflict_do_update(
            index_elements=list(DbQuizStatistics.__table__.primary_key),
            set_={"number": DbQuizStatistics.number + insert.excluded.number},
        )
    )


def note_form(session: Session, key_hash: bytes, *, now: datetime) -> bool:
    """Note that a form is counted; False if it has been already.

    Whoever notes the same one at the same time waits for the end of this unit of work.
    """
    hour = now.replace(minute=0, second=0, microsecond=0)
    query = (
        upsert(session, DbCountedForm)
        .values(key_hash=key_hash, hour=hour)
        .on_conflict_do_nothing()
        .returning(DbCountedForm.key_hash)
    )
    return session.scalars(query).one_or_none() is not None


def sums(
    session: Session, *, version: str | None = None, since: date | None = None
) -> dict[CounterKey, int]:
    """The counters of all days together: of one version of the quiz only, from a day on only."""
    line = (
        DbQuizStatistics.quiz_version,
        DbQuizStatistics.what,
        DbQuizStatistics.question,
        DbQuizStatistics.option,
    )
    query = select(*line, func.sum(DbQuizStatistics.number)).group_by(*line)
    if version is not None:
        query = query.where(DbQuizStatistics.quiz_version == version)
    if since is not None:
        query = query.where(DbQuizStatistics.day >= since)
    return {
        CounterKey(quiz_version, Metric(what), question, option): number
        for quiz_version, what, question, option, number in session.execute(query)
    }


def by_day(session: Session, *, since: date) -> dict[tuple[date, CounterKey], int]:
    """Each day's counters from a day on, but for the answers to questions, which are many."""
    table = DbQuizStatistics
    line = (table.day, table.quiz_version, table.what, table.question, table.option)
    query = select(*line, table.number).where(table.day >= since, table.what != Metric.ANSWERED)
    return {
        (day, CounterKey(quiz_version, Metric(what), question, option)): number
        for day, quiz_version, what, question, option, number in session.execute(query)
    }


def erase_statistics(session: Session, *, before: date) -> None:
    """Forget the counters of days before this one."""
    session.execute(delete(DbQuizStatistics).where(DbQuizStatistics.day < before))


def erase_forms(session: Session, *, before: datetime) -> None:
    """Forget which forms were counted in hours that began before an instant."""
    session.execute(delete(DbCountedForm).where(DbCountedForm.hour < before))


class DbQuizStatistics(Base):
    """A counter of the quiz for a day (``statistics.py``); nothing about a visitor."""

    __tablename__ = "tally"
    # A version's counters of all days lie together, where every look at them reads.
    __table_args__ = ({"sqlite_with_rowid": False},)

    quiz_version: Mapped[str] = mapped_column(String(64), primary_key=True)
    what: Mapped[str] = mapped_column(String(20), primary_key=True)
    question: Mapped[str] = mapped_column(Text, primary_key=True)
    option: Mapped[str] = mapped_column(Text, primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    number: Mapped[int]


class DbCountedForm(Base):
    """A form that was counted, so that it is counted once: SHA-256 of its key, and nothing else."""

    __tablename__ = "counted_forms"

    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    hour: Mapped[datetime]
