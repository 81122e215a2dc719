"""The explorer page as a file: what is in it, what is not, and how it is built."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest

import cpecnlp
from cpecnlp.document import Document, Span
from cpecnlp.errors import InputError
from cpecnlp.report.explorer import build, charts
from cpecnlp.report.explorer.data import CHUNK, Catalog, pack, published, utf16
from cpecnlp.report.explorer.places import Places, read_places
from cpecnlp.report.render import STYLES
from tests.conftest import HOSTILE, ROOT
from tests.report.pages import SCRIPT, few, many, write

PAGE = ROOT / "cpecnlp" / "report" / "explorer" / "page"


def unpack(text):
    return json.loads(gzip.decompress(base64.b64decode(text)))


class Parts(HTMLParser):
    """Script elements by their attributes, and every address that the page names."""

    def __init__(self, text):
        super().__init__(convert_charrefs=False)
        self.scripts, self.addresses, self.policy, self._open = [], [], "", None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.addresses += [found[name] for name in ("src", "href", "action", "data") if name in found]
        if found.get("http-equiv") == "Content-Security-Policy":
            self.policy = found["content"]
        if tag == "script":
            self._open = (found, [])

    def handle_data(self, data):
        if self._open:
            self._open[1].append(data)

    def handle_endtag(self, tag):
        if tag == "script" and self._open:
            self.scripts.append((self._open[0], "".join(self._open[1])))
            self._open = None

    @property
    def index(self):
        return next(unpack(text) for found, text in self.scripts if found.get("id") == "index")

    @property
    def articles(self):
        return [row for found, text in self.scripts if found.get("class") == "chunk" for row in unpack(text)]


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    return cpecnlp.explore(few(tmp_path_factory.mktemp("few")), title="A & <b>").read_text("utf-8")


@pytest.fixture(scope="module")
def parts(page):
    return Parts(page)


@pytest.mark.parametrize("text", [*HOSTILE, SCRIPT])
def test_packing_is_inert_and_loses_nothing(text):
    packed = pack({"text": text})
    assert re.fullmatch(r"[A-Za-z0-9+/=]*", packed)
    assert unpack(packed) == {"text": text}


@pytest.mark.parametrize("text", ["", "plain", "Lahöre’s", "a\U0001f600b", "\U0001f1f5\U0001f1f0 Pak \U0001f91d end"])
def test_offsets_in_utf16_units(text):
    at = utf16(text)
    for place in range(len(text) + 1):
        assert at(place) == len(text[:place].encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    ("fields", "metadata", "expected"),
    [
        ({"published": "2024-06-07"}, {"published": "1999-01-01"}, "2024-06-07"),
        ({"published": ""}, {"published": "2023-02"}, "2023-02"),
        (None, {"date": "2020"}, "2020"),
        (None, {"date": "2020-02-31"}, ""),
        (None, {"published": "2020-13-01", "date": "2019-05-01T10:00:00Z"}, "2019-05-01"),
        (None, {"date": 20240607}, ""),
        (None, {"date": "June 7, 2024"}, ""),
        (None, {}, ""),
    ],
)
def test_dates(fields, metadata, expected):
    assert published(Document("d", "x", metadata, fields)) == expected


def test_the_page_holds_everything_and_says_it_once(parts):
    assert [row["text"] for row in parts.articles][2].startswith("Hostile\n<script>")
    index = parts.index
    assert index["ids"] == ["stza", "port", "hostile <b>id</b>", "bare"]
    assert index["dates"] == ["2024-06-07", "2023-01-15", "2023-02", ""]
    assert index["outlets"] == ["Frontier Gazette", "Makran Ledger", "<i>Evil</i> Times"]
    assert index["titles"][3].startswith("An article that no stage has read.")
    assert set(index["styles"]) == set(STYLES)


def test_nothing_of_an_article_stands_in_the_page_unpacked(page):
    for text in ("pwned", "<i>Evil", "lighthouse", "<u>odd", "javascript:window"):
        assert text not in page
    assert "<h1>A &amp; &lt;b&gt;</h1>" in page


def test_only_the_page_s_own_scripts_may_run(parts):
    allowed = re.findall(r"'sha256-[^']+'", parts.policy)
    inert = [found for found, _ in parts.scripts if found.get("type") == "text/plain"]
    running = [text for found, text in parts.scripts if found.get("type") != "text/plain"]
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in running]
    assert allowed == [f"'sha256-{digest}'" for digest in digests]
    assert len(inert) == 2
    assert "default-src 'none'" in parts.policy
    assert "unsafe-eval" not in parts.policy
    assert set(parts.addresses) == {"#main"}


def test_links_merge_mentions_under_the_canonical_name(parts):
    index, article = parts.index, parts.articles[0]
    first, second, place = (row[2] for row in article["entities"])
    assert first == second
    assert index["names"][first] == "Special Technology Zones Authority"  # no entry: the longest form
    assert index["names"][place] == "Islamabad"
    gwadar = next(row[2] for row in parts.articles[1]["entities"] if row[3] == "GPE")
    assert gwadar == next(row[2] for row in parts.articles[2]["entities"] if row[3] == "GPE")
    entities = index["entity"][0]
    assert dict(zip(entities[::2], entities[1::2], strict=True))[first] == 2


def test_local_links_hold_within_their_article_and_names_compare_over_articles():
    catalog = Catalog(Places())
    text = "Health Commission (HC) and HC"
    spans = (Span(0, 17, "ORG", ref="#org:hc"), Span(19, 21, "ORG", ref="#org:hc"), Span(27, 29, "ORG"))
    drawn = catalog.add(Document("a", text, entities=spans))
    numbers = [row[2] for row in drawn["entities"]]
    assert numbers[0] == numbers[1] != numbers[2]
    other = catalog.add(Document("b", "HEALTH  commission", entities=(Span(0, 18, "ORG"),)))
    assert other["entities"][0][2] == numbers[0]


def test_places_by_link_and_by_name():
    places = read_places()
    assert places.spot("LOC", "gaz:gwadar", "the port") == places.spot("GPE", "", "GWADAR")
    assert places.spot("PERSON", "", "Gwadar") is None
    assert places.spot("GPE", "gaz:nowhere", "Gwadar") is None
    lat, lon = places.spot("GPE", "", "Gwadar")
    assert (round(lat), round(lon)) == (25, 62)


def test_a_gazetteer_that_is_not_there_or_not_json(tmp_path):
    assert read_places(tmp_path / "none.jsonl") == Places()
    (tmp_path / "bad.jsonl").write_text('{"id": "a", "name": "A"}\n{oops\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"bad\.jsonl:2"):
        read_places(tmp_path / "bad.jsonl")


def test_offsets_behind_an_emoji(parts):
    article = parts.articles[1]
    text = article["text"].encode("utf-16-le")
    surfaces = [text[2 * row[0] : 2 * row[1]].decode("utf-16-le") for row in article["entities"]]
    assert surfaces == ["Gwadar", "Li Wei", "Gwadar Port Authority", "ML-1", "MoU"]


def test_evidence_is_of_the_text_and_can_be_left_out(parts, tmp_path):
    article = parts.articles[0]
    zones = next(number for number, (topic, _) in enumerate(parts.index["topics"]) if topic == "tech-zones")
    (start, end), *_ = article["evidence"][str(zones)]
    assert "Special Technology Zones Authority" in article["text"][start:end]
    bare = Parts(cpecnlp.explore(few(tmp_path), evidence=False).read_text("utf-8"))
    assert all(not row["evidence"] for row in bare.articles)
    assert any("--evidence" in note for note in bare.index["notes"])


def test_a_page_with_the_first_articles_says_so(tmp_path):
    found = Parts(cpecnlp.explore(few(tmp_path), limit=2).read_text("utf-8"))
    assert len(found.articles) == len(found.index["ids"]) == 2
    assert found.index["notes"][0] == "The page shows the first 2 of 4 articles."


def test_without_the_extra_the_page_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(build, "chart_library", str)
    text = cpecnlp.explore(few(tmp_path)).read_text("utf-8")
    index = Parts(text).index
    assert len(text) < 100_000
    assert index["charts"] == {}
    assert any('pip install "cpecnlp[explorer]"' in note for note in index["notes"])


def test_chunks_follow_the_order_and_the_same_results_give_the_same_bytes(tmp_path):
    folder = many(tmp_path, CHUNK * 2 + 5)
    first = cpecnlp.explore(folder, evidence=False).read_bytes()
    found = Parts(first.decode())
    assert [row["text"].rsplit("Ending")[1] for row in found.articles] == [f"{n}." for n in range(CHUNK * 2 + 5)]
    assert cpecnlp.explore(folder, evidence=False).read_bytes() == first


def test_results_that_are_not_there(tmp_path):
    with pytest.raises(InputError, match=r"no documents\.jsonl"):
        cpecnlp.explore(tmp_path)


def test_no_article_at_all(tmp_path):
    assert Parts(cpecnlp.explore(write(tmp_path, [])).read_text("utf-8")).index["ids"] == []


def test_charts_are_valid_vega_lite():
    pytest.importorskip("altair")
    found = charts.specs()
    assert set(found) == {"topics", "entities", "network", "map", "timeline"}
    assert all("http" not in json.dumps(spec) for spec in found.values())


def test_coasts_are_closed_rings_drawn_clockwise():
    for feature in charts.land():
        outer, *holes = feature["geometry"]["coordinates"]
        for ring, sign in ((outer, 1), *((hole, -1) for hole in holes)):
            assert ring[0] == ring[-1]
            area = sum((b[0] - a[0]) * (b[1] + a[1]) for a, b in zip(ring, ring[1:], strict=False))
            assert area * sign > 0, feature["properties"]["name"]
            assert all(-180 <= lon <= 180 and -90 <= lat <= 90 for lon, lat in ring)


@pytest.mark.parametrize("path", sorted(PAGE.iterdir()), ids=lambda path: path.name)
def test_the_page_s_sources_are_small_and_write_no_html(path):
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= 300
    if path.suffix == ".js":
        for forbidden in ("innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(", "fetch(", "http://"):
            assert forbidden not in text
        assert text.startswith("// ")


def test_run_writes_the_page_unless_told_not_to(tmp_path):
    (tmp_path / "a.txt").write_text("Pakistan and China signed an MoU on 5G in Beijing on Monday.", encoding="utf-8")
    cpecnlp.run([tmp_path / "a.txt"], tmp_path / "with")
    assert Parts((tmp_path / "with" / "explorer" / "index.html").read_text("utf-8")).index["ids"]
    cpecnlp.run([tmp_path / "a.txt"], tmp_path / "without", explorer=False)
    assert not (tmp_path / "without" / "explorer").exists()
