"""A consent as somebody gave it: the evidence that there was one (Art. 7 (1) DSGVO)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """To which sentence somebody said yes, and when; ``version`` changes with the wording."""

    version: str
    wording: str
    given_at: datetime
