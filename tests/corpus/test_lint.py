"""The linter: every rule fires where it should, and only there."""

from __future__ import annotations

import pytest

from cpecnlp.corpus.lint import check_file, check_record, main
from cpecnlp.corpus.markup import parse

FILLER = " ".join(["The bridge was built in stages and paid for in full by those who use it."] * 16)
HEAD = """+++
outlet = "The Margalla Chronicle"
url = "https://margallachronicle.example/1"
genre = "wire"
published = "2024-06-07"
topics = ["trade-investment"]
[fields]
title = "Port opens"
place = "Gwadar"
+++
title> Port opens
{{dateline:GWADAR:}} It opened.
"""


def rules(body: str, head: str = HEAD, hints: bool = False) -> list[str]:
    record = parse(f"{head}{body}\n{FILLER}\n", "art-x").gold_record("train")
    return [finding.rule for finding in check_record(record, hints)]


def test_a_good_article_has_no_findings():
    body = (
        "[ORG:Karachi Chamber of Commerce & Industry] (KCCI) met [PERSON:Li Wei] in [GPE:U.S.] on [DATE:June 4–8].\n"
        "Dr [PERSON:Sana Mir]'s [AGREEMENT:MoU] with [ORG:CMEC Co.] is worth [MONEY:Rs2.5 billion] or [MONEY:$9m]."
    )
    assert rules(body) == []


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("The [GPE: China] border.", "space"),
        ("The [GPE:China ]border.", "space"),
        ("In [GPE:Is]lamabad.", "word"),
        ("[ORG:the World Bank] paid.", "article"),
        ("[GPE:China's] offer.", "possessive"),
        ("[GPE:China’s] offer.", "possessive"),
        ("In [GPE:Beijing,] he said.", "punctuation"),
        ("Near [GPE:“Beijing] he said.", "punctuation"),
        ("By [ORG:STZA (the zone authority] itself.", "bracket"),
        ("With [PERSON:Dr Sana Mir] there.", "title"),
        ("With [PERSON:Prime Minister Li Qiang] there.", "title"),
        ("Signed [DATE:on Monday] there.", "date"),
        ("It took [DATE:five years] there.", "date"),
        ("It cost [MONEY:2.5 billion] then.", "money"),
        ("It cost [MONEY:rupees] then.", "money"),
        ("In [TECH:AI technology] there.", "tech-head"),
        ("[ORG:Zong] said that [LOC:Zong] was there.", "two-labels"),
        ("[GPE:Sukkur] is far. I know Sukkur.", "unmarked"),
        ("[GPE:Suk&shy;kur] is far. I know Suk&shy;kur.", "unmarked"),
        ("{{dateline:GWADAR:}}", "removed"),
    ],
)
def test_each_rule_fires_once(body, rule):
    assert rules(body) == [rule]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('["trade-investment"]', "[]", "topics"),
        ('["trade-investment"]', '["trade"]', "topics"),
        ('["trade-investment"]', '["trade-investment", "none"]', "topics"),
        ('"wire"', '"telegram"', "genre"),
        ("margallachronicle.example", "margalla.com", "url"),
        ('title = "Port opens"', 'title = "Harbour opens"', "title"),
        ('title = "Port opens"\n', "", "title"),
        ("title> Port opens", "title> Port opens at last", "title"),
        ("title> Port opens", "title> Port opens\ntitle> Port opens", "title"),
        ('place = "Gwadar"', 'place = "Turbat"', "place"),
        ('place = "Gwadar"', 'place = "Gwadar"\nauthor = "Sana Mir"', "author"),
        ('place = "Gwadar"', 'place = "Gwadar"\npublished = "2024-06-07"', "published"),
        ("title> Port opens", "title> Port opens\nmetadata> June 7, 2024", "published"),
    ],
)
def test_front_matter_and_fields(old, new, rule):
    assert rules("Body.", HEAD.replace(old, new, 1)) == [rule]


@pytest.mark.parametrize(
    "line", ["June 7, 2024", "7th Jun 2024", "date 2024-06-07", "07/06/2024 10:12", "Friday, 7 June, 2024", "7.6.2024"]
)
def test_a_date_is_found_in_many_spellings(line):
    head = HEAD.replace('place = "Gwadar"', 'place = "Gwadar"\npublished = "2024-06-07"')
    assert rules("Body.", head.replace("title> Port opens", f"title> Port opens\nmetadata> {line}")) == []


def test_a_title_may_carry_the_outlet():
    assert rules("Body.", HEAD.replace("title> Port opens", "title> Port opens - Business - Ravi Times")) == []


def test_length_of_the_body():
    article = parse(HEAD + "Too short.", "art-x")
    assert [f.rule for f in check_record(article.gold_record("train"))] == ["words"]


def test_broken_offsets_are_all_that_is_said():
    record = parse(f"{HEAD}[GPE:China] and [GPE:Iran].\n{FILLER}", "art-x").gold_record("train")
    record["entities"] = [[5, 4, "GPE"], [30, 10_000, "GPE"], [3, 8, "CITY"]]
    assert {f.rule for f in check_record(record)} == {"offsets", "label"}
    record["entities"] = [[0, 4, "GPE"]]
    assert "removed" in {f.rule for f in check_record(record)}


@pytest.mark.parametrize(
    ("body", "surface"),
    [
        ("It went to Pakistan.", "Pakistan"),
        ("It came on Monday.", "Monday"),
        ("It cost Rs 5 billion.", "Rs 5 billion"),
        ("It was seen by Zhang Wei.", "Zhang Wei"),
    ],
)
def test_hints_point_at_likely_names(body, surface):
    record = parse(f"{HEAD}{body}\n{FILLER}", "art-x").gold_record("train")
    found = check_record(record, hints=True)
    assert [finding.surface for finding in found] == [surface]
    assert all(finding.hint for finding in found)
    assert check_record(record) == []


def test_command_names_file_and_line(tmp_path, capsys):
    good, bad = tmp_path / "art-1.ann", tmp_path / "art-2.ann"
    good.write_text(f"{HEAD}{FILLER}\n", encoding="utf-8")
    assert main([str(tmp_path)]) == 0
    bad.write_text(f"{HEAD}{FILLER}\nIn [GPE:China's] west.\n", encoding="utf-8")
    assert main([str(tmp_path)]) == 1
    assert f'{bad}:14: GPE "China\'s" ends with a possessive' in capsys.readouterr().out
    bad.write_text(f"{HEAD}{FILLER}\nIn [GPE:China west.\n", encoding="utf-8")
    assert [(line, finding.rule) for line, finding in check_file(bad)] == [(14, "notation")]
