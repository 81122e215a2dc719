"""What the charts of time draw and leave out, in a real browser."""

from __future__ import annotations

import cpecnlp
from tests.report.browser import Explorer
from tests.report.pages import skewed


def test_a_kind_of_agreement_is_no_line_of_the_timeline(explorer):
    explorer.tab("timeline")
    explorer.one("#table summary").click()
    names = [node.text for node in explorer.all("#table td .plain")]
    assert "ML-1 · PROJECT" in names
    assert "MoU · AGREEMENT" not in names


def test_one_old_article_does_not_press_the_others_together(driver, tmp_path):
    explorer = Explorer(driver, cpecnlp.explore(skewed(tmp_path)))
    for tab in ("topics", "timeline"):
        explorer.tab(tab)
        assert "Drawn from 2025-02 to 2025-04; for the 1 article before" in explorer.one("#about").text
    explorer.tab("topics")
    explorer.one("#table summary").click()
    assert {node.text for node in explorer.all("#table td:nth-child(2)")} == {"2025-02", "2025-03", "2025-04"}
    explorer.fill("to", "2010-01-01")
    explorer.until("document.querySelector('#about').textContent.startsWith('1 dated article;')")
