"""What a visitor brought along from the quiz when they booked; later answers change none of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stadtfuehrer.services.findings import findings

if TYPE_CHECKING:
    from stadtfuehrer.catalogue import Catalogue
    from stadtfuehrer.domain.booking import Interest
    from stadtfuehrer.services.findings import Findings


def findings_of(catalogue: Catalogue, interest: Interest) -> Findings | None:
    """The result that was booked with.

    None where an answer was missing, or where the quiz has been changed in what decides about
    results since: today's would be another than the one the visitor saw.
    """
    quiz, answers = catalogue.quiz, interest.answers
    if interest.quiz_version != quiz.version or quiz.first_open(answers) is not None:
        return None
    return findings(catalogue, answers)
