"""Results for the explorer's tests: few articles with everything in them, or very many."""

from __future__ import annotations

import json
import random
from pathlib import Path

SCRIPT = "<script>window.pwned = 1</script><img src=x onerror='window.pwned = 2'></script><!-- & \u2028 </style>"

ARTICLES = [
    {
        "id": "stza",
        "text": "Zones authority meets investors\n\nISLAMABAD, June 7 (APP): The Special Technology Zones Authority"
        " (STZA) met Chinese investors in Islamabad on Friday.\n\nREAD MORE: Cricket team named\n",
        "metadata": {"outlet": "Frontier Gazette", "url": "https://frontier.example/stza"},
        "fields": {"title": "Zones authority meets investors", "published": "2024-06-07", "place": "Islamabad"},
        "mark": [
            ("removed", "Zones authority meets investors", "title", 0.98, "title_v2", ""),
            ("removed", "ISLAMABAD, June 7 (APP): ", "dateline", 0.99, "dateline_v3", ""),
            ("removed", "READ MORE: Cricket team named", "teaser", 0.87, "read_more_v1", ""),
            ("entities", "Special Technology Zones Authority", "ORG", 0.97, "ner-v1", "gaz:stza-test"),
            ("entities", "STZA", "ORG", 0.95, "ner-v1+acronym_v1", "gaz:stza-test"),
            ("entities", "Islamabad on", "GPE", 0.99, "ner-v1", "gaz:islamabad"),
        ],
        "topics": {"tech-zones": 0.91, "trade-investment": 0.64},
    },
    {
        "id": "port",
        "text": "Port \U0001f6a2\U0001f1f5\U0001f1f0 reopens\nGwadar received its first ship of the sea\u00adson,"
        " said Li Wei of Gwadar Port Authority. Work on ML-1 follows an MoU.\nShare this article\n",
        "metadata": {"outlet": "Makran Ledger", "url": "javascript:window.pwned=3"},
        "fields": {"title": "Port \U0001f6a2\U0001f1f5\U0001f1f0 reopens", "published": "2023-01-15"},
        "mark": [
            ("removed", "Share this article", "share", None, "share_v1", ""),
            ("entities", "Gwadar received", "GPE", None, "", "gaz:gwadar"),
            ("entities", "Li Wei", "PERSON", 0.8, "ner-v1", ""),
            ("entities", "Gwadar Port Authority", "ORG", 0.9, "ner-v1", ""),
            ("entities", "ML-1", "PROJECT", 0.9, "ner-v1", ""),
            ("entities", "MoU", "AGREEMENT", 0.9, "ner-v1", ""),
        ],
        "topics": {"transport-infrastructure": 0.88},
    },
    {
        "id": "hostile <b>id</b>",
        "text": f"Hostile\n{SCRIPT}\nThe railway ML-1 and Gwadar stay in the text.\n",
        "metadata": {"outlet": "<i>Evil</i> Times", "published": "2023-02"},
        "fields": {"title": SCRIPT},
        "mark": [
            ("entities", "ML-1", "PROJECT", 0.9, "<b>ner</b>", ""),
            ("entities", "Gwadar", "GPE", 0.9, "ner-v1", "gaz:gwadar"),
        ],
        "topics": {"transport-infrastructure": 0.7, "<u>odd</u>": 0.6},
    },
    {"id": "bare", "text": "An article that no stage has read. It names a lighthouse.", "metadata": {}},
]


def record(article):
    """An article with its marks as spans; a mark's text may end in a word that only finds its place."""
    found = {**article}
    marks = found.pop("mark", None)
    if marks is None:
        return found
    for layer in ("removed", "entities"):
        found[layer] = []
    for layer, text, *rest in marks:
        start = article["text"].index(text)
        for word in (" on", " received"):
            text = text.removesuffix(word)
        row = [start, start + len(text), *rest]
        found[layer].append(row[:5] if layer == "removed" else row)
    for layer in ("removed", "entities"):
        found[layer].sort()
    found["topic_scores"] = found["topics"]
    return found


def write(folder: Path, records) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in records)
    (folder / "documents.jsonl").write_text("".join(lines), encoding="utf-8")
    return folder


def few(folder: Path) -> Path:
    return write(folder, map(record, ARTICLES))


def skewed(folder: Path) -> Path:
    """Twenty articles of one spring, and one of twenty years before."""
    days = ["2005-03-01", *(f"2025-0{2 + n % 3}-{n + 1:02d}" for n in range(20))]
    rows = ({**ARTICLES[1], "id": f"s{n}", "fields": {"published": day}} for n, day in enumerate(days))
    return write(folder, map(record, rows))


def many(folder: Path, number: int) -> Path:
    """As many different articles as asked for, of some 1,500 characters and 15 names."""
    chance = random.Random(7)
    names = [(f"Name{n:04d}", chance.choice(("PERSON", "ORG", "GPE", "PROJECT"))) for n in range(3000)]
    names += [("Gwadar", "GPE"), ("Lahore", "GPE")]
    words = [f"word{n}" for n in range(4000)]
    topics = ("telecom", "education-skills", "agriculture", "energy-climate", "finance-debt")

    def article(at):
        text, entities = "Menu\n", []
        for name, label in chance.sample(names, 15):
            text += " ".join(chance.choices(words, k=12)) + " "
            entities.append([len(text), len(text) + len(name), label, round(chance.random(), 3), "ner-v1"])
            text += f"{name}. "
        date = f"{chance.randint(2014, 2025)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
        return {
            "id": f"n{at}",
            "text": text + f"Ending{at}.",
            "metadata": {"outlet": f"Outlet {at % 12}"},
            "fields": {"title": f"Report number {at}", "published": date},
            "removed": [[0, 5, "nav", 0.9, "nav_words_v1"]],
            "entities": entities,
            "topics": {chance.choice(topics): 0.9},
            "topic_scores": {},
        }

    return write(folder, map(article, range(number)))
