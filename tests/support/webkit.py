"""WebKitGTK by its own driver, for a journey: what WebKit shows, pressed by its words."""

import os
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.remote.webdriver import WebDriver

from tests.support.screen import screen
from tools.provision.browser import find_webkit


@pytest.fixture
def webkit(tmp_path: Path) -> Iterator[WebDriver]:
    """Start WebKit, new and in Berlin; fail at the end if a page complained in its console."""
    executable = find_webkit()
    if executable is None:
        pytest.fail("WebKit, its driver or Xvfb is missing. Get them with: make provision")
    options = webdriver.WebKitGTKOptions()
    options.binary_location = str(executable)
    options.add_argument("--automation")
    options.add_argument("--enable-write-console-messages-to-stdout=TRUE")
    log = tmp_path / "webkit.log"
    with screen() as display:
        home = {f"XDG_{kind}_HOME": str(tmp_path) for kind in ("CONFIG", "CACHE", "DATA")}
        service = webdriver.WebKitGTKService(
            executable_path=shutil.which("WebKitWebDriver"),
            log_output=str(log),
            env=os.environ | home | {"DISPLAY": display, "TZ": "Europe/Berlin"},
        )
        with warnings.catch_warnings():
            # Its own way to reach this driver.
            warnings.filterwarnings("ignore", "setting remote_server_addr", DeprecationWarning)
            driver = webdriver.WebKitGTK(options=options, service=service)
        try:
            yield driver
        finally:
            driver.quit()
    assert [line for line in log.read_text("utf-8").splitlines() if "ERROR" in line] == []
