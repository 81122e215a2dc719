"""Noise known from real pages, each kind in an article, and the article whole behind it."""

from __future__ import annotations

import pytest

from tests.stages.strip.articles import BODY, TITLE, annotated, article, fields, kept, removed

FIRST, *REST = BODY
URDUPOINT = "GWADAR, (UrduPoint / Pakistan Point News - 7th Jun, 2024 ) :"
TICKER = [
    "BAFL 50.10 Decreased By ▼ -0.25 (-0.5%)",
    "BOP 5.07 Increased By ▲ 0.02 (0.4%)",
    "HBL 128.44 Increased By ▲ 2.04 (1.61%)",
    "KSE100 41,204 Increased By ▲ 310.2 (0.76%)",
    "TRG 27.92 No Change 0.00 (0%)",
] * 7
STARS = [
    "Lollywood star Mehru Sanam buys a vineyard -",
    "Singer Taimoor Lashari denies split from drummer -",
    "Why actress Gulnar Shinwari left the stage -",
]

# name, text, what goes besides the headline
CASES = {
    "urdupoint": (
        "\n".join(
            [
                TITLE,
                "Rabia Tungekar",
                "1 minute ago Fri 07th June 2024 | 09:47 PM",
                TITLE,
                f"{URDUPOINT} {FIRST}",
                *REST,
            ]
        ),
        [
            ("metadata", "Rabia Tungekar"),
            ("metadata", "1 minute ago Fri 07th June 2024 | 09:47 PM"),
            ("repeat", TITLE),
            ("dateline", URDUPOINT),
        ],
    ),
    "dash and stars": (article(tail=["-", *STARS]), [("nav", "-"), *(("teaser", line) for line in STARS)]),
    "headlines by age": (
        article(tail=["Business 2 days ago", "Rupee gains four paisas", "Gold slips by Rs 300 a tola"]),
        [
            ("teaser", line)
            for line in ("Business 2 days ago", "Rupee gains four paisas", "Gold slips by Rs 300 a tola")
        ],
    ),
    "most popular": (
        article(tail=["Most Popular", "Rupee gains four paisas", "Recent News", "Gold slips by Rs 300 a tola"]),
        [
            ("teaser", line)
            for line in ("Most Popular", "Rupee gains four paisas", "Recent News", "Gold slips by Rs 300 a tola")
        ],
    ),
    "comments": (
        article(tail=["Leave a Reply", "Your email address will not be published.", "Comments are closed"]),
        [
            ("comment", line)
            for line in ("Leave a Reply", "Your email address will not be published.", "Comments are closed")
        ],
    ),
    "short url": (
        article(tail=["Short Url", "https://makranledger.example/81"]),
        [("share", "Short Url"), ("share", "https://makranledger.example/81")],
    ),
    "dear visitor": (
        article(tail=["Dear visitor, the comments section is undergoing an overhaul and will return soon."]),
        [("comment", "Dear visitor, the comments section is undergoing an overhaul and will return soon.")],
    ),
    "published in": (
        article(tail=["Published in Dawn, June 7th, 2024"]),
        [("metadata", "Published in Dawn, June 7th, 2024")],
    ),
    "script": (
        article(middle=["(adsbygoogle = window.adsbygoogle || []).push({});"]),
        [("promo", "(adsbygoogle = window.adsbygoogle || []).push({});")],
    ),
    "image code": (
        article(body=(f"XA GWADAR: {FIRST}", *REST)),
        [("nav", "XA"), ("dateline", "GWADAR:")],
    ),
    "date and share": (
        article(body=(f" date 2024-06-07 Share: {FIRST}", *REST)),
        [("metadata", "date 2024-06-07"), ("share", "Share:")],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_kind(name):
    text, expected = CASES[name]
    assert removed(text) == expected
    assert kept(text) == list(BODY)


def test_thirty_five_ticker_lines():
    text = article(above=TICKER)
    assert [line for _, line in removed(text)] == TICKER
    assert kept(text) == list(BODY)
    assert fields(text) == {"title": TITLE}


def test_literal_line_breaks():
    text = article(body=("\\n\\n".join(BODY),))
    document = annotated(text)
    assert all(paragraph in document.clean_text for paragraph in BODY)
    text = f"{TITLE}\\n\\nRabia Tungekar Published June 7, 2024\\n\\n" + "\\n".join(BODY) + "\\nMust Read"
    document = annotated(text)
    assert [(span.label, document.surface(span)) for span in document.removed] == [
        ("title", TITLE),
        ("metadata", "Rabia Tungekar Published June 7, 2024"),
        ("teaser", "Must Read"),
    ]


@pytest.mark.parametrize(
    "disturb",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\u00a0\n"),
        lambda text: text.replace("\n", "  \n\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.replace("sali", "sali\u00ad").replace("Gwad", "Gwa\u00add").replace("Rep", "Re\u00adp"),
        lambda text: text.replace("\n", "\n\u200f"),
        lambda text: text.replace("the", "the \U0001f1f5\U0001f1f0"),
    ],
    ids=["crlf", "no-break", "blank", "bom", "soft hyphen", "right to left", "flags"],
)
def test_noise_in_the_characters_changes_nothing(disturb):
    text = article(
        head=["Rabia Tungekar Published June 7, 2024"],
        body=(f"GWADAR: {FIRST}", *REST),
        tail=["Leave a Reply", "Most Popular", "Rupee gains four paisas"],
    )
    noisy = disturb(text)
    clear, found = annotated(text), annotated(noisy)
    assert [span.label for span in found.removed] == [span.label for span in clear.removed]
    assert found.fields["published"] == "2024-06-07"
    assert found.fields["author"] == "Rabia Tungekar"
    assert found.fields["place"] == "Gwadar"
    assert found.text == noisy
