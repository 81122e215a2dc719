"""What stands behind a press release, and lines of contact."""

from __future__ import annotations

from tests.stages.strip.articles import BODY, article, fields, kept, removed

WIRE = "GWADAR, Pakistan, June 7, 2024 /PRNewswire/ -- "
ABOUT = ["About Makran Water Co., Ltd.", "Makran Water builds small desalination units. It was founded in 2009."]
CAUTION = ["Safe Harbor Statement", "This release contains forward-looking statements about the bay and its water."]
CONTACT = ["Media Contact:", "Shirin Tarin", "+92 86 555 0100", "shirin@makranwater.example"]


def test_company_caution_and_contact():
    text = article(body=(WIRE + BODY[0], *BODY[1:]), tail=[*ABOUT, *CAUTION, *CONTACT])
    assert kept(text) == list(BODY)
    kinds = {line: kind for kind, line in removed(text)}
    assert {kinds[line] for line in ABOUT + CONTACT} == {"metadata"}
    assert {kinds[line] for line in CAUTION} == {"legal"}
    assert fields(text)["agency"] == "PRNewswire"
    assert "author" not in fields(text)


def test_about_is_a_subheading_where_no_newswire_signs():
    lines = ["About the new unit", "It takes in water from the bay. The pipe is a mile long."]
    assert kept(article(middle=lines)) == [BODY[0], *lines, *BODY[1:]]


def test_a_sentence_ends_the_contact():
    sentence = "The old well in the bazaar is open again from Friday on."
    assert kept(article(tail=["Contact", "Shirin Tarin", sentence])) == [*BODY, sentence]
