"""The explorer page in a real browser. Skipped where no chromium with its driver is installed."""

from __future__ import annotations

import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

import cpecnlp
from tests.report.browser import Explorer
from tests.report.pages import SCRIPT, many

ALL = "4 of 4 articles"
TABS = ("topics", "entities", "network", "map", "timeline")


def test_the_list_shows_all_articles_newest_first(explorer):
    assert explorer.count == ALL
    assert explorer.titles[0] == "Zones authority meets investors"
    assert explorer.titles[-1].startswith("An article that no stage has read.")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("GWADAR", 2),
        ("first ship", 1),
        ('"ship first"', 0),
        ('"first ship" gwadar', 1),
        ("cricket", 0),  # removed from its article
        ("reopens", 1),  # removed too, but a title
        ("onerror='window", 1),
        ("onerror=’window", 1),  # as a phone types it
        ("“first ship”", 1),
        ("season", 1),  # a soft hyphen stands inside
        ("", 4),
    ],
)
def test_search_finds(explorer, query, found):
    assert explorer.fill("query", query) == f"{found} of 4 articles"
    assert len(explorer.titles) == found


def test_what_was_searched_is_highlighted_where_it_stands(explorer):
    explorer.fill("query", "season")
    explorer.open("reopens")
    assert explorer.js("[...CSS.highlights.get('term')].map(String)") == ["sea\u00adson"]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"outlet": "Makran Ledger (1)"}, 1),
        ({"topic": "Transport and infrastructure (2)"}, 2),
        ({"entity": "gwadar"}, 2),
        ({"entity": "Gwadar Port Authority · ORG"}, 1),
        ({"entity": "nobody"}, 0),
        ({"from": "2023-02-10"}, 2),  # February 2023 holds a later day
        ({"to": "2023-01-31"}, 1),
        ({"from": "2023-01-01", "to": "2023-12-31", "entity": "li wei"}, 1),
    ],
)
def test_filters_narrow_and_are_cleared(explorer, filters, found):
    for name, value in filters.items():
        if name in {"outlet", "topic"}:
            value = next(o.get_attribute("value") for o in explorer.all(f"#{name} option") if o.text == value)
        explorer.fill(name, value)
    assert explorer.count == f"{found} of 4 articles"
    explorer.one("#clear").click()
    assert explorer.count == ALL


def test_an_article_opens_with_removals_names_and_topics(explorer):
    explorer.open("Zones authority")
    assert [node.text.strip() for node in explorer.all("#article del")] == [
        "Zones authority meets investors", "ISLAMABAD, June 7 (APP):", "READ MORE: Cricket team named",
    ]  # fmt: skip
    struck = explorer.js("getComputedStyle(document.querySelector('#article del')).textDecorationLine")
    assert struck == "line-through"
    assert [node.text for node in explorer.all("#article mark")][:2] == ["Special Technology Zones Authority", "STZA"]
    text = explorer.js("document.querySelector('#article .text').textContent")
    assert text == explorer.driver.execute_async_script("app.store.article(0).then((a) => arguments[0](a.text))")
    chip = explorer.one("#article .chip summary", "Technology and economic zones")
    assert "0.91" in chip.text
    chip.click()
    assert "Special Technology Zones Authority" in explorer.one("#article .chip li").text
    explorer.one("#article .switches label", "removed").click()
    assert not any(node.is_displayed() for node in explorer.all("#article del"))


def test_hover_shows_the_reason_and_the_canonical_name(explorer):
    explorer.open("Zones authority")
    assert explorer.hover(explorer.one("del", "READ MORE")) == "removed: teaser · score 0.87 · read_more_v1"
    said = explorer.hover(explorer.one("mark", "STZA"))
    assert said.startswith("Special Technology Zones Authority · ORG · gaz:stza-test · score 0.95")


def test_a_reason_without_score_or_source_invents_none(explorer):
    explorer.open("reopens")
    assert explorer.hover(explorer.one("del", "Share")) == "removed: share · share_v1"
    assert explorer.hover(explorer.one("mark", "Gwadar")) == "Gwadar · GPE · gaz:gwadar"


def test_everything_goes_by_keyboard(explorer):
    from selenium.webdriver import Keys

    explorer.driver.execute_script("document.getElementById('list').focus()")
    explorer.keys(Keys.ARROW_DOWN)
    assert explorer.js("document.querySelector('.row[aria-selected=true]').dataset.place") == "1"
    explorer.keys(Keys.HOME, Keys.ENTER)
    explorer.until("document.activeElement.tagName === 'H2'")
    for _ in range(12):
        explorer.keys(Keys.TAB)
        if explorer.js("document.activeElement.tagName") == "DEL":
            break
    assert explorer.js("document.getElementById('tip').textContent") == "removed: title · score 0.98 · title_v2"
    assert explorer.js("document.activeElement.getAttribute('aria-describedby')") == "tip"
    explorer.keys(Keys.ESCAPE)
    assert explorer.js("document.getElementById('tip').hidden")
    explorer.driver.execute_script("document.getElementById('tab-articles').focus()")
    explorer.keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    assert explorer.js("document.activeElement.id") == "tab-entities"
    assert explorer.js("document.activeElement.getAttribute('aria-selected')") == "true"
    explorer.until("document.querySelector('#table td')")


def test_a_name_opens_its_articles(explorer):
    explorer.open("reopens")
    explorer.one("#article mark", "ML-1").click()
    explorer.until("document.getElementById('count').textContent.startsWith('2 of')")
    assert explorer.js("document.getElementById('entity').value") == "ML-1 · PROJECT"


def test_a_script_in_an_article_is_text(explorer):
    explorer.open("window.pwned")
    assert SCRIPT in explorer.js("document.querySelector('#article .text').textContent")
    assert explorer.js("document.querySelector('#article h2').textContent") == SCRIPT
    for tab in TABS:
        explorer.tab(tab)
    assert explorer.js("window.pwned === undefined")
    assert not explorer.all("#main script, #main img, #main b, #main i, #main u")
    assert explorer.errors() == []


def test_an_address_that_is_no_web_address_is_no_link(explorer):
    explorer.open("reopens")
    assert not explorer.all("#article a")
    explorer.open("Zones authority")
    assert explorer.one("#article a").get_attribute("href") == "https://frontier.example/stza"


def test_nothing_is_fetched_and_no_error_is_logged(explorer):
    for title in explorer.titles:
        explorer.open(title[:20])
    for tab in TABS:
        explorer.tab(tab)
    assert explorer.errors() == []
    assert {address.split(":")[0] for address in explorer.requests()} <= {"file", "blob", "data"}


def test_the_page_cannot_fetch(explorer):
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/"
    explorer.driver.execute_async_script(
        "const [address, done] = arguments; const image = new Image(); image.src = address + 'image';"
        "const script = document.createElement('script'); script.src = address + 'script';"
        "document.body.append(script);"
        "const inline = document.createElement('script'); inline.textContent = 'window.pwned = 4';"
        "document.body.append(inline); fetch(address + 'fetch').catch(() => 0).then(() => setTimeout(done, 300))",
        address,
    )
    server.shutdown()
    assert asked == []
    assert explorer.js("window.pwned === undefined")


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_draws_and_follows_the_filters(explorer, tab):
    pytest.importorskip("vl_convert")
    explorer.tab(tab)
    assert explorer.js("document.querySelectorAll('#chart svg path, #chart svg text').length") > 5
    assert not {"undefined", "null", "NaN"} & {node.text for node in explorer.all("#chart svg text")}
    before = explorer.js("document.querySelectorAll('#table tbody tr').length")
    assert before
    explorer.fill("query", "lighthouse")
    explorer.until("document.querySelectorAll('#table tbody tr').length === 0")
    assert explorer.one("#chart").text == "Nothing to draw for these articles."


def test_a_table_s_name_opens_its_articles(explorer):
    explorer.tab("map")
    explorer.one("#table summary").click()
    explorer.one("#table button", "Gwadar").click()
    explorer.until("document.getElementById('count').textContent.startsWith('2 of')")
    assert explorer.js("document.body.dataset.tab") == "articles"


def test_a_mangled_address_names_no_article(driver, page):
    explorer = Explorer(driver, page)
    explorer.driver.execute_script("location.hash = '#%E0%A4'")
    explorer.driver.execute_async_script("setTimeout(arguments[0], 200)")
    assert explorer.errors() == []
    assert explorer.count == ALL


def test_a_link_opens_an_article(driver, page):
    explorer = Explorer(driver, page)
    explorer.driver.get(page.as_uri() + "#hostile%20%3Cb%3Eid%3C%2Fb%3E")
    explorer.until("document.querySelector('#article h2')?.textContent.includes('pwned')")


def test_light_and_dark(driver, page):
    inks = {}
    for scheme in ("light", "dark"):
        explorer = Explorer(driver, page, scheme=scheme)
        style = "getComputedStyle(document.body)"
        explorer.tab("entities")
        chart = ""
        if explorer.all("#chart svg"):
            chart = explorer.js("getComputedStyle(document.querySelector('#chart svg text')).fill")
        inks[scheme] = (explorer.js(f"{style}.color"), explorer.js(f"{style}.backgroundColor"), chart)
    assert inks["light"][0] != inks["dark"][0]
    assert inks["light"][1] == "rgb(255, 255, 255)" != inks["dark"][1]
    assert inks["light"][2] != inks["dark"][2] or not inks["light"][2]


def test_a_phone_shows_the_list_or_the_article(driver, page):
    explorer = Explorer(driver, page, width=390, height=800)
    fits = "document.documentElement.scrollWidth <= innerWidth"
    assert explorer.js(fits)
    explorer.open("Zones authority")
    assert not explorer.one("#list").is_displayed()
    assert explorer.js(fits)
    explorer.one(".back").click()
    assert explorer.one("#list").is_displayed()
    assert not explorer.all("#article h2")[0].is_displayed()
    for tab in TABS:
        explorer.tab(tab)
        assert explorer.js(fits), tab


def test_on_paper_the_reasons_are_in_the_text(explorer):
    explorer.open("Zones authority")
    explorer.media(media="print")
    assert not explorer.one("header").is_displayed()
    after = "getComputedStyle(document.querySelector('#article del'), '::after').content"
    assert "title" in explorer.js(after)
    assert explorer.js("document.querySelector('#article .text').offsetHeight") > 50
    explorer.media()


def test_ten_thousand_articles(driver, tmp_path_factory):
    begin = time.monotonic()
    page = cpecnlp.explore(many(tmp_path_factory.mktemp("many"), 10_000))
    assert time.monotonic() - begin < 120  # some 10 s on a machine that does nothing else
    explorer = Explorer(driver, page, wait_for="list")
    assert explorer.count == "10,000 of 10,000 articles"
    assert len(explorer.all(".row")) < 40
    explorer.until("document.body.dataset.read")
    for query, found in (("Ending4321.", 1), ('"report number 77"', 111), ("Name0001 zzz", 0)):
        milliseconds = explorer.js(
            "((query) => { document.getElementById('query').value = query; const begin = performance.now();"
            "app.apply(); return performance.now() - begin; })(arguments[0])",
            query,
        )
        assert explorer.count == f"{found} of 10,000 articles"
        assert milliseconds < 1_000
    explorer.fill("query", "")
    explorer.driver.execute_script("document.getElementById('list').scrollTop = 1e9")
    explorer.until("document.querySelector('[data-place=\"9999\"]')")
    assert len(explorer.all(".row")) < 40
    for tab in TABS:
        explorer.tab(tab)
    assert explorer.js("document.querySelectorAll('*').length") < 8_000
    assert explorer.errors() == []
