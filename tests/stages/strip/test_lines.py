"""Lines of furniture, one family a table, and the article's own lines that look like them."""

from __future__ import annotations

import pytest

from tests.stages.strip.articles import BODY, TITLE, annotated, article, kept, removed

HEAD = [
    ("metadata", "By Rabia Tungekar"),
    ("metadata", "Rabia Tungekar"),
    ("metadata", "By our correspondent"),
    ("metadata", "Our Staff Reporter"),
    ("metadata", "June 7, 2024"),
    ("metadata", "Published June 7, 2024"),
    ("metadata", "Rabia Tungekar Published June 7, 2024 10:05am"),
    ("metadata", "Rabia Tungekar | June 7, 2024 | Reading time: 2 mins"),
    ("metadata", "1 minute ago Fri 07th June 2024 | 09:47 PM"),
    ("metadata", "Last Updated: June 7, 2024 11:15 am PKT"),
    ("metadata", "5 min read"),
    ("metadata", "1,204 views"),
    ("metadata", "Source: Makran Coast Ledger"),
    ("metadata", "Monitoring Desk"),
    ("caption", "Photo: AFP"),
    ("caption", "A fisherman mends a net below the intake pipe at Gwadar. — APP/File"),
    ("caption", "The intake pipe of the plant at Gwadar. PHOTO: EXPRESS"),
    ("caption", "Representational image"),
    ("share", "Share on Facebook"),
    ("share", "Facebook Twitter WhatsApp"),
    ("share", "Tweet Share Email Print"),
    ("nav", "Home > Business > Energy"),
    ("nav", "Latest | Pakistan | World | Sci-Tech"),
    ("promo", "ADVERTISEMENT"),
    ("promo", "Join our WhatsApp channel"),
]

TAIL = [
    ("metadata", "Published in Makran Coast Ledger, June 7th, 2024"),
    ("metadata", "Published in Dawn, June 7th, 2024"),
    ("metadata", "The writer is a lawyer based in Turbat."),
    ("metadata", "This article was originally published by the Makran Coast Ledger on June 7, 2024."),
    ("metadata", "(Additional reporting by Zarmina Baloch in Turbat; Editing by Asad Qizilbash)"),
    ("metadata", "Twitter: @rabia_makran"),
    ("legal", "Copyright © 2024. All Rights Reserved"),
    ("legal", "Copyright Makran Coast Ledger, 2024"),
    ("legal", "© 2024 Makran Coast Ledger"),
    ("legal", "All rights reserved."),
    (
        "legal",
        "The views expressed are the author's own and do not necessarily reflect those of the Makran Coast Ledger.",
    ),
    ("legal", "Disclaimer: the opinions in this article are those of the writer alone."),
    ("legal", "Terms of Use | Privacy Policy"),
    ("legal", "No part of this article may be reproduced without written permission."),
    ("promo", "Subscribe to our newsletter"),
    ("promo", "Follow us on Twitter and Facebook"),
    ("promo", "Download our app for the latest news"),
    ("promo", "For the latest news, follow the Makran Coast Ledger on WhatsApp."),
    ("promo", "(adsbygoogle = window.adsbygoogle || []).push({});"),
    ("share", "Tags: #gwadar #water"),
    ("share", "Tags: Gwadar, water, desalination"),
    ("share", "Email This Article"),
    ("share", "Short Url: https://makranledger.example/p/81"),
    ("comment", "Comments are closed."),
    ("comment", "Leave a Reply"),
    ("comment", "Your email address will not be published. Required fields are marked *"),
    ("comment", "Dear visitor, the comments section is undergoing an overhaul and will return soon."),
    ("teaser", "Must Read"),
    ("teaser", "Also read: Rupee gains four paisas against the dollar"),
    ("teaser", "Read more: Goat prices cross Rs80,000 ahead of Eid"),
    ("teaser", "Most Popular"),
    ("teaser", "Recent News"),
    ("teaser", "Related stories"),
    ("nav", "Back to top"),
    ("nav", "1 2 3 Next »"),
    ("nav", "-"),
    ("nav", "* * *"),
    ("nav", "ENDS"),
]

MIDDLE = [
    ("promo", "ADVERTISEMENT"),
    ("promo", "Story continues below advertisement"),
    ("teaser", "Read more: Goat prices cross Rs80,000 ahead of Eid"),
    ("teaser", "ALSO READ: Water tanker mafia: who gets what"),
    ("share", "Share on WhatsApp"),
    ("nav", "* * *"),
    ("promo", "(adsbygoogle = window.adsbygoogle || []).push({});"),
    ("caption", "Photo: Rabia Tungekar"),
]

# what the article itself may say, wherever it stands
OWN = [
    "A NEW WATER SUPPLY",
    "What the fishermen fear",
    "2019",
    "Why did it take nine years?",
    "The bill of last winter",
    "Second, the price of power has to come down.",
    "“We want water, not speeches.”",
    "The port will share the readings with the university.",
    "The company said it had copyright in the drawings and would sue anyone who used them.",
    "He asked readers of the daily to comment on the plan, and four hundred did so.",
    "It is the most popular scheme in the district, and the most read about.",
    "The photo that the deputy commissioner posted on Facebook shows the burst pipe.",
    "The minister will address the media on June 7, 2024, in Quetta.",
    "A report by the staff of the ministry says that the intake stands too close to the outfall",
    "Prices rose by 3.2 per cent in May and by 4.1 per cent in June, the bureau said.",
    "Subscribers of the gas company will pay Rs 200 more each month from July.",
    "The authority’s website published the tender documents in Dawn and in two Sindhi dailies.",
    "All rights of the fishermen to the bay are to be kept, the contract says in its fourth clause.",
    "By Tuesday the water was clear.",
]


@pytest.mark.parametrize(("kind", "line"), HEAD)
def test_below_the_headline(kind, line):
    assert removed(article(head=[line])) == [(kind, line)]


@pytest.mark.parametrize(("kind", "line"), TAIL)
def test_behind_the_last_paragraph(kind, line):
    assert removed(article(tail=[line])) == [(kind, line)]


@pytest.mark.parametrize(("kind", "line"), MIDDLE)
def test_between_paragraphs(kind, line):
    assert removed(article(middle=[line])) == [(kind, line)]


@pytest.mark.parametrize("line", OWN)
def test_the_articles_own_lines_stay(line):
    assert kept(article(middle=[line])) == [BODY[0], line, *BODY[1:]]


def test_an_article_without_furniture_loses_its_headline_alone():
    text = article()
    document = annotated(text)
    assert [(span.label, document.surface(span)) for span in document.removed] == [("title", TITLE)]
    assert document.paragraphs == list(BODY)


def test_a_paragraph_without_a_full_stop_stays():
    bare = [paragraph.rstrip(".") for paragraph in BODY]
    assert kept(article(body=bare)) == bare


def test_an_unbalanced_quotation_mark_takes_nothing_with_it():
    quoted = ["“" + BODY[0], BODY[1] + "”", '"' + BODY[2]]
    assert kept(article(body=quoted)) == quoted
