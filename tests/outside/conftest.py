"""A quiet mail server."""

import logging

import pytest


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    # aiosmtpd logs each dropped connection as an error; here they are what was asked for.
    caplog.set_level(logging.CRITICAL, "mail.log")
