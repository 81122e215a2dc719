"""A real browser for the explorer's tests, as little of it as they need."""

from __future__ import annotations

import json
import shutil
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--hide-scrollbars",
)  # fmt: skip
PATIENCE = 60


@contextmanager
def browser(profile: Path):
    """Chromium without a network of its own; the test is skipped where it is not installed."""
    webdriver = pytest.importorskip("selenium.webdriver")
    if not CHROMIUM or not DRIVER:
        pytest.skip("no chromium with its driver here")
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    try:
        yield driver
    finally:
        driver.quit()


class Explorer:
    """The page as a reader meets it: what is seen, clicked, hovered over and typed."""

    def __init__(self, driver, page: Path, width=1280, height=860, scheme="light", wait_for="all"):
        self.driver = driver
        phone = width < 600
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        self.media(scheme)
        driver.get("about:blank")
        driver.get_log("browser")
        driver.get_log("performance")
        driver.get(page.as_uri())
        self.until(f"document.body.dataset.{'read' if wait_for == 'all' else 'ready'}")

    def media(self, scheme="light", media=""):
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": features})

    def js(self, expression, *given):
        return self.driver.execute_script(f"return {expression}", *given)

    def until(self, expression):
        """Waits for a JavaScript expression to hold and gives its value."""
        end = time.monotonic() + PATIENCE
        while not (value := self.js(expression)):
            assert time.monotonic() < end, f"never: {expression}"
            time.sleep(0.05)
        return value

    def all(self, selector):
        return self.driver.find_elements("css selector", selector)

    def one(self, selector, text=""):
        return next(node for node in self.all(selector) if text in node.text)

    def keys(self, *keys):
        from selenium.webdriver import ActionChains

        ActionChains(self.driver).send_keys(*keys).perform()

    def hover(self, node):
        from selenium.webdriver import ActionChains

        ActionChains(self.driver).move_to_element(node).perform()
        return self.until("!document.getElementById('tip').hidden && document.getElementById('tip').textContent")

    def fill(self, name, value):
        """Puts a value into a filter as typing does, and gives the count that the page then tells."""
        self.driver.execute_script(
            "const box = document.getElementById(arguments[0]); box.value = arguments[1];"
            "box.dispatchEvent(new Event('input', {bubbles: true}))",
            name,
            value,
        )
        # the page waits for the end of typing; a later timer of its own fires behind that
        self.driver.execute_async_script("setTimeout(arguments[0], 200)")
        return self.count

    @property
    def count(self):
        return self.js("document.getElementById('count').textContent")

    @property
    def titles(self):
        return self.js("[...document.querySelectorAll('.row strong')].map((node) => node.textContent)")

    def open(self, title):
        self.until("app.list.hits.length")
        place = next(n for n, found in enumerate(self.titles) if title in found)
        self.driver.execute_script(f"document.querySelector('[data-place=\"{place}\"]').click()")
        self.until(f"document.querySelector('#article h2')?.textContent.includes({json.dumps(title)})")

    def tab(self, name):
        self.one(f"#tab-{name}").click()
        self.until("document.querySelector('#table td')")
        if self.js("app.store.index.charts[app.tab]"):
            self.until("document.querySelector('#chart svg')")

    def errors(self):
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self):
        """Every address that was asked for since the page was opened."""
        messages = (json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance"))
        return [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
