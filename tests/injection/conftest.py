"""A street that all tests of the session walk along; each life empties the house first."""

from collections.abc import Iterator

import pytest

from stadtfuehrer.app import create_app
from tests.injection.visit import Street, street
from tests.support.contexts import NO_LIMITS, Clock, opened_context
from tests.support.page_rules import ORIGIN
from tests.support.sites import Site


@pytest.fixture(scope="session")
def the_street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    """Give a site without limits, and the mail server of its guests."""
    folder = tmp_path_factory.mktemp("street")
    settings = {"url": f'"{ORIGIN}"', **NO_LIMITS}
    with opened_context(folder, f"sqlite:///{folder / 'test.db'}", changes=settings) as context:
        clock = Clock()
        app = create_app(context, clock=clock)
        with street(Site(context=context, clock=clock, app=app)) as opened:
            yield opened
