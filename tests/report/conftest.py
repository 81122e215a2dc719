"""One browser for all tests of the explorer in a module, and a page of few articles."""

from __future__ import annotations

import pytest

import cpecnlp
from tests.report.browser import Explorer, browser
from tests.report.pages import few


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    with browser(tmp_path_factory.mktemp("profile")) as found:
        yield found


@pytest.fixture(scope="module")
def page(driver, tmp_path_factory):
    return cpecnlp.explore(few(tmp_path_factory.mktemp("few")))


@pytest.fixture
def explorer(driver, page):
    return Explorer(driver, page)
