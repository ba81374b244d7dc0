"""Sites for the tests of their pages, each with a guest who checks every page that is fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.offices import NO_LIMITS, Clock, opened_office
from tests.web.page_rules import ORIGIN
from tests.web.sites import Site

from stadtfuehrer.app.application import create_app

OpenSite = Callable[..., Site]


@pytest.fixture
def open_site(tmp_path: Path) -> Iterator[OpenSite]:
    """Return `open_site(changes, appended="")`: a site with its own database and clock.

    Nothing is limited unless `changes` says so.
    """
    with ExitStack() as stack:

        def opened(changes: Mapping[str, str] | None = None, appended: str = "") -> Site:
            folder = tmp_path / f"instance-{len(list(tmp_path.iterdir()))}"
            office = stack.enter_context(
                opened_office(
                    folder,
                    f"sqlite:///{folder / 'test.db'}",
                    changes={"url": f'"{ORIGIN}"', **NO_LIMITS, **(changes or {})},
                    appended=appended,
                )
            )
            clock = Clock()
            return Site(office=office, clock=clock, app=create_app(office, clock=clock))

        yield opened


@pytest.fixture
def site(open_site: OpenSite) -> Site:
    """Give a site without limits."""
    return open_site()
