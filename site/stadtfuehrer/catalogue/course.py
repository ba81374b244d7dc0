"""``ablauf.toml`` → how the guide works: the stages, and where one can turn back."""

# Without `from __future__ import annotations`: content is validated into these types, for which
# their annotations must be real.
from dataclasses import dataclass, replace
from pathlib import Path

from stadtfuehrer.catalogue.files import refuse_blanks, validate
from stadtfuehrer.catalogue.markdown import Facts, Passage, to_html
from stadtfuehrer.domain.offers import Sign
from stadtfuehrer.settings.toml import parse_toml, read_text
from stadtfuehrer.settings.values import TomlDate


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage of the way; from ``before`` on Markdown in the file, HTML once it is loaded."""

    sign: Sign
    """Its picture; services with the same one belong to this stage."""
    title: str
    lead: str
    before: str
    during: str
    after: str
    cost: str
    """What is free; the prices of the services stand beside it."""
    back: str
    """How to turn back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The page that tells how the guide works."""

    title: str
    description: str
    lead: str
    stages: tuple[Stage, ...]
    updated: TomlDate | None = None


def load_course(path: Path, facts: Facts) -> Course:
    """The stages in this file, with ``{{ name }}`` replaced by facts.

    Raises:
        MistakesFound: with every mistake that one reading of the file can find.

    """
    course = validate(path, Course, parse_toml(path, read_text(path)))
    refuse_blanks(path, course)

    def told(stage: Stage, place: str) -> Stage:
        def html(name: str, text: str) -> str:
            passage = Passage(path=path, text=text, key=f"{place}.{name}")
            return to_html(passage, facts, headings=False)

        return replace(
            stage,
            before=html("before", stage.before),
            during=html("during", stage.during),
            after=html("after", stage.after),
            cost=html("cost", stage.cost),
            back=html("back", stage.back),
        )

    stages = tuple(told(stage, f"stages[{at}]") for at, stage in enumerate(course.stages))
    return replace(course, stages=stages)
