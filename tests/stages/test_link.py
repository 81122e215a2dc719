"""Linking: each rule with what it must and what it must not do, and the contract of the stage."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpecnlp.document import Document, Span
from cpecnlp.errors import InputError, PipelineError
from cpecnlp.pipeline import Pipeline, load
from cpecnlp.stage import STAGES
from cpecnlp.stages.link import LinkStage
from cpecnlp.stages.link.resolve import RULES
from cpecnlp.stages.ner import NerStage
from tests.conftest import hostile_text
from tests.fakes import Cut, WordList

MARK = re.compile(r"\[([A-Z]+):([^\]]*)\]")


@pytest.fixture(scope="module")
def stage() -> LinkStage:
    return LinkStage()


def article(marked: str, source: str = "ner@1") -> Document:
    """A document from text with ``[LABEL:name]`` marks."""
    text, spans, at = "", [], 0
    for mark in MARK.finditer(marked):
        text += marked[at : mark.start()]
        spans.append(Span(len(text), len(text) + len(mark[2]), mark[1], 0.9, source))
        text += mark[2]
        at = mark.end()
    return Document("a", text + marked[at:], removed=(), entities=tuple(spans))


def refs(stage: LinkStage, marked: str) -> list[str]:
    (doc,) = stage.annotate([article(marked)])
    return [span.ref for span in doc.entities or ()]


def rules(stage: LinkStage, marked: str) -> list[str]:
    (doc,) = stage.annotate([article(marked)])
    return [span.source.partition("+")[2] for span in doc.entities or ()]


SAME = {
    "nothing": "",
    "short form behind": "The [ORG:Margalla Zones Board] ([ORG:MZB]) met. [ORG:MZB] said so.",
    "long form behind": "[ORG:MZB] ([ORG:Margalla Zones Board]) met.",
    "square brackets and the": "[ORG:Margalla Zones Board] [the [ORG:MZB]] met.",
    "quoted short form": 'The [ORG:Margalla Zones Board] ("[ORG:MZB]") met.',
    "short form before its definition": "[ORG:MZB] wins\nThe [ORG:Margalla Zones Board] ([ORG:MZB]) met.",
    "short form of the last words": "[ORG:Soan Political Joint Mechanism] ([ORG:PJM]) met; [ORG:PJM] rose.",
    "initials without a bracket": "[ORG:Margalla Zones Board] met. [ORG:MZB] said so.",
    "soft hyphen": "[ORG:Margalla Zo\u00adnes Board] and the [ORG:Margalla Zones Board]",
    "part of a person's name": "[PERSON:Ruqaiya Tanoli] spoke. [PERSON:Tanoli] sat. [PERSON:Ruqaiya] rose.",
    "title with the name": "[PERSON:Dr Ruqaiya Tanoli] spoke. [PERSON:Tanoli] sat.",
    "shorter full name": "[PERSON:Muhammad Ruqaiya Zehra Tanoli] came. [PERSON:Ruqaiya Tanoli] spoke.",
    "initial": "[PERSON:Kathryn Bryce] won. [PERSON:K. Bryce] c Abel.",
    "Chinese surname": "[PERSON:Zhao Zhiyuan] spoke. Prof. [PERSON:Zhao] sat. [PERSON:Zhiyuan] rose.",
    "both orders": "[PERSON:Zhang Xiaodong] spoke. Mr [PERSON:Xiaodong Zhang] and [PERSON:Zhang Xiao-dong] too.",
    "spelling of a person": "[PERSON:Shahbaz Lodhi] and [PERSON:Shehbaz Lodhi]",
    "spelling of a centre": "[ORG:Soan Research Centre] and the [ORG:Soan Research Center]'s",
    "plural inside": "[ORG:Soan Zones Authority], [ORG:Soan Zone Authority]",
    "ampersand and case": "[ORG:Soan R&D Works] [ORG:SOAN R&D WORKS] [ORG:Soan R and D Works]",
    "hyphens": "[PROJECT:Soan-Haro Link], [PROJECT:Soan–Haro Link] [PROJECT:Soan Haro link]",
    "company endings": "[ORG:Zarshan Textiles (Pvt) Ltd.] [ORG:Zarshan Textiles Limited] [ORG:Zarshan Textiles]",
    "ordinals": "[EVENT:14th JCC meeting] [EVENT:fourteenth JCC meeting]"
    " [EVENT:14th Joint Cooperation Committee (JCC) meeting]",
    "gazetteer": "[PROJECT:CPEC], [PROJECT:China-Pakistan Economic Corridor],"
    " [PROJECT:China–Pakistan economic corridor]",
    "gazetteer and definition": "[ORG:Special Technology Zones Authority] ([ORG:STZA]):"
    " [ORG:Special Technology Zone Authority]",
    "gazetteer under a near label": "[LOC:Gwadar Port] [PROJECT:Gwadar port]",
    "slip in a long form": "[ORG:Pakistan Agriculture Research Council] ([ORG:PARC])",
    "one sense an article": "China's [ORG:Ministry of Commerce] said so. The [ORG:Ministry of Commerce] added this.",
    "known by one name": "[PERSON:Xi] and [PERSON:Xi Jinping]",
    "known by one name beside another": "[PERSON:Trump] and [PERSON:Donald Trump]",
}  # fmt: skip


@pytest.mark.parametrize("marked", SAME.values(), ids=SAME.keys())
def test_one_entity(stage, marked):
    found = refs(stage, marked)
    assert len(set(found)) <= 1
    assert all(found)


APART = {
    "two of one surname": "[PERSON:Nawaz Lodhi] met [PERSON:Shehbaz Lodhi]. [PERSON:Lodhi] smiled.",
    "two Chinese of one surname": "[PERSON:Zhao Zhiyuan] met [PERSON:Zhao Kewen]. [PERSON:Zhao] smiled.",
    "which order is not sure": "[PERSON:Lin Yang] met [PERSON:Yang Lin].",
    "a title is no name": "[PERSON:Sheikh Ramez Lodhi] met [PERSON:Sheikh].",
    "two definitions": "[ORG:Margalla Zones Board] ([ORG:MZB]) and [ORG:Mohra Zinc Bank] ([ORG:MZB])",
    "not its letters": "[ORG:Margalla Zones Board] ([ORG:NTC])",
    "more offices than one": "[ORG:Foreign Office] and [ORG:Foreign Offices]",
    "two ministries": "China's [ORG:Ministry of Commerce] met Pakistan's [ORG:Ministry of Commerce]",
    "numbered meetings": "[EVENT:13th JCC meeting], [EVENT:14th JCC meeting]",
    "phase and whole": "[PROJECT:CPEC] and [PROJECT:CPEC Phase-II]",
    "short form of a part": "[PROJECT:Phase-II of the China-Pakistan Economic Corridor] ([PROJECT:CPEC])",
    "short form at the end of a longer name": "[EVENT:Soan Workshop on Floods along the China-Pakistan Economic"
    " Corridor] ([PROJECT:CPEC])",
    "wings of a party": "[ORG:Margalla League (N)] and [ORG:Margalla League (Q)]",
    "a place and its port": "[GPE:Gwadar] and [LOC:Gwadar Port]",
    "a town and its river": "[GPE:Jhelum] on the [LOC:Jhelum]",
    "labels": "[TECH:ICT] and [GPE:ICT] police",
    "two long forms of one short form": "[ORG:Sialkot Chamber of Commerce and Industry] ([ORG:SCCI]) and "
    "[ORG:Sarhad Chamber of Commerce and Industry]",
}  # fmt: skip


@pytest.mark.parametrize("marked", APART.values(), ids=APART.keys())
def test_several_entities(stage, marked):
    found = [ref for ref in refs(stage, marked) if ref]
    sizes = {ref: found.count(ref) for ref in found}
    if "SCCI" in marked:
        assert sizes == {found[0]: 2, found[2]: 1}
    elif "MZB" in marked:
        assert sizes == {found[0]: 1, found[1]: 1}
    else:
        assert set(sizes.values()) <= {1}


UNLINKED = {
    "days and amounts": "[DATE:Monday] [MONEY:$2 million]",
    "kinds of agreements": "a [AGREEMENT:memorandum of understanding] ([AGREEMENT:MoU]) and [AGREEMENT:MoUs]",
}


@pytest.mark.parametrize("marked", UNLINKED.values(), ids=UNLINKED.keys())
def test_no_entity(stage, marked):
    assert set(refs(stage, marked)) == {""}
    (doc,) = stage.annotate([article(marked)])
    assert {span.source for span in doc.entities or ()} == {"ner@1"}


@pytest.mark.parametrize(
    ("marked", "ref"),
    [
        ("[ORG:STZA]", "gaz:special-technology-zones-authority"),
        ("[GPE:Pak]-China", "gaz:pakistan"),
        ("[ORG:PTI] of Imran Khan", "gaz:pakistan-tehreek-e-insaf"),
        ("[ORG:PTI] reported from New Delhi", "gaz:press-trust-of-india"),
        ("[ORG:PTI] said so", "#org:pti"),
        ("[ORG:Punjab Talent Institute] ([ORG:PTI]) and Imran Khan", "org:punjab-talent-institute"),
        ("[GPE:Punjab]", "gaz:punjab-pakistan"),
        ("[GPE:Punjab] farmers marched from Amritsar", "gaz:punjab-india"),
        ("[GPE:Punjab] from Lahore to Amritsar", ""),
        ("[ORG:PTI] of Imran Khan and [ORG:PTI], said Press Trust of India, New Delhi", ""),
        ("[ORG:SCO] summit", "gaz:shanghai-cooperation-organization"),
        ("[ORG:Special Communications Organization] ([ORG:SCO])", "gaz:special-communications-organization"),
        ("[ORG:Ministry of Commerce] of China", "gaz:ministry-of-commerce-china"),
        ("[ORG:Ministry of Commerce]", "#org:ministry-of-commerce"),
        ("[ORG:Embassy of Romania]", "#org:embassy-of-romania"),
        ("[ORG:Soan Valley Weavers Union]", "org:soan-valley-weaver-union"),
        ("[PERSON:Ruqaiya Tanoli]", "person:ruqaiya-tanoli"),
        ("[PERSON:Mohammad Ruqaiya Tanoli]", "person:ruqaiya-tanoli"),
        ("[PERSON:Mohammed bin Salman]", "person:muhammad-bin-salman"),
        ("[PERSON:Tanoli]", "#person:tanoli"),
        ("[PERSON:Muhammad Ali]", "#person:muhammad-ali"),
        ("[PERSON:Imran Khan], the PTI founder", "gaz:imran-khan"),
        ("[PERSON:Imran Khan], deputy director of a school board", "#person:imran-khan"),
        ("[PERSON:Wang Yi], a tea grower", "#person:wang-yi"),
        ("[ORG:Foreign Office]", "gaz:ministry-of-foreign-affairs-pakistan"),
        ("the British [ORG:Foreign Office]", ""),
        ("[ORG:Ministry of Energy] of Kazakhstan", ""),
        ("[ORG:Ministry of Energy] of Pakistan", "gaz:ministry-of-energy"),
        ("China-Pakistan [PROJECT:Economic Corridor]", "gaz:china-pakistan-economic-corridor"),
        ("China-Myanmar [PROJECT:economic corridor] beside CPEC", "#project:economic-corridor"),
        ("[ORG:Counter-Terrorism Department]", "#org:counter-terrorism-department"),
        ("[ORG:Anti-Terrorism Court]", "#org:anti-terrorism-court"),
        ("[PERSON:Wang Wei]", "#person:wang-wei"),
        ("[PERSON:Xiaohong Yang]", "person:yang-xiaohong"),
        ("[EVENT:SCO Summit]", "#event:sco-summit"),
        ("[LOC:Canal Road]", "#loc:canal-road"),
        ("[TECH:drones]", "gaz:drone"),
        ("[TECH:phacoemulsification]", "tech:phacoemulsification"),
        ("[AGREEMENT:China-Pakistan FTA]", "gaz:china-pakistan-free-trade-agreement"),
    ],
)  # fmt: skip
def test_the_id_of_the_first_mention(stage, marked, ref):
    assert refs(stage, marked)[0] == ref


def test_a_body_of_another_country_is_not_ours_and_ours_stays(stage):
    marked = "The [ORG:Foreign Office] in Islamabad answered the British [ORG:Foreign Office]."
    assert refs(stage, marked) == ["gaz:ministry-of-foreign-affairs-pakistan", ""]


def test_part_of_a_name_with_conditions(stage):
    marked = "[PERSON:Imran Khan] of the PTI spoke. [PERSON:Khan] sat."
    assert refs(stage, marked) == ["gaz:imran-khan"] * 2
    assert rules(stage, marked) == ["context_v1", "partname_v1"]


def test_every_link_says_its_rule(stage):
    marked = (
        "[ORG:Margalla Zones Board] ([ORG:MZB]), [ORG:Soan Haro Trust] [ORG:SHT], [PERSON:Xiaohong Yang] [PERSON:Yang]"
        " in [GPE:Lahore], [GPE:Punjab], on [DATE:Monday]"
    )
    assert rules(stage, marked) == [
        "name_v1", "acronym_v1", "name_v1", "initials_v1", "order_v1", "partname_v1", "gazetteer_v1", "context_v1", "",
    ]  # fmt: skip
    assert {rule for rule in rules(stage, marked) if rule} == set(RULES)


def test_source_of_the_model_stays_and_twice_is_once(stage):
    for source in ("", "ner@1", "a+b"):
        (once,) = stage.annotate([article("[GPE:Lahore] and [DATE:Monday]", source)])
        lahore, monday = once.entities or ()
        assert lahore.source == (f"{source}+gazetteer_v1" if source else "gazetteer_v1")
        assert monday.source == source
        assert stage.annotate([once]) == [once]
        line = once.to_json()
        assert Document.from_json(line).to_json() == line
        assert json.loads(line)["entities"][0] == [0, 6, "GPE", 0.9, lahore.source, "gaz:lahore"]


def test_old_links_are_forgotten(stage):
    span = Span(0, 3, "MONEY", None, "gold+name_v1", "org:old")
    (doc,) = stage.annotate([Document("a", "Rs5", removed=(), entities=(span,))])
    assert doc.entities == (Span(0, 3, "MONEY", None, "gold", ""),)


labels = st.sampled_from(["PERSON", "ORG", "GPE", "LOC", "PROJECT", "EVENT", "AGREEMENT", "TECH", "DATE", "MONEY"])


@given(hostile_text, st.lists(st.tuples(st.integers(0, 400), st.integers(1, 60), labels), max_size=12))
def test_any_spans_of_any_text(text, cuts):
    spans, at = [], 0
    for start, length, label in sorted(cuts):
        if start >= at and start + length <= len(text):
            spans.append(Span(start, start + length, label, None, "x"))
            at = start + length
    doc = Document("a", text, removed=(), entities=tuple(spans))
    stage = LinkStage()
    (linked,) = stage.annotate([doc])
    assert [s.key for s in linked.entities or ()] == [s.key for s in spans]
    assert stage.annotate([linked]) == [linked]
    for span in linked.entities or ():
        assert bool(span.ref) == (span.source != "x")
        assert not span.ref or re.fullmatch(r"#?[a-z]+:[^\s#]+", span.ref)


def test_refining_needs_the_layer_before():
    with pytest.raises(PipelineError, match="'link' needs entities"):
        Pipeline([Cut(), LinkStage()])
    nlp = Pipeline([Cut(), NerStage(WordList()), LinkStage()])
    doc = nlp("Title\nPakistan and CPEC")
    assert [span.ref for span in doc.entities or ()] == ["gaz:pakistan", "gaz:china-pakistan-economic-corridor"]
    assert list(STAGES).index("link") == list(STAGES).index("ner") + 1


def test_your_own_gazetteer(tmp_path):
    path = tmp_path / "mine.jsonl"
    path.write_text('{"id": "soan", "name": "Soan Zone", "type": "LOC", "aliases": ["SZ"]}\n', encoding="utf-8")
    marked = "[LOC:SZ] in [GPE:Lahore]"
    assert refs(LinkStage.load(gazetteer=path), marked) == ["gaz:soan", "gaz:lahore"]
    assert refs(LinkStage.load(gazetteer=path, only=True), marked) == ["gaz:soan", "gpe:lahore"]
    nlp = load(stages=["strip", "ner", "link"], options={"link": {"gazetteer": path}})
    assert nlp["link"].source != LinkStage().source
    with pytest.raises(PipelineError, match="no option magic"):
        LinkStage.load(magic=1)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{oops", "mine.jsonl:1: not an entry"),
        ('{"id": "x", "name": "X", "type": "DATE"}', "type 'DATE' is none of"),
        ('{"id": "x", "name": "Lahore", "type": "GPE"}', "'Lahore' stands for 'lahore' and for 'x'"),
        (
            '{"id": "x", "name": "X Y", "type": "ORG", "contextual": [{"alias": "STZA"}]}',
            "with and without a condition",
        ),
    ],
)
def test_a_gazetteer_that_cannot_be_read(tmp_path, line, says):
    (tmp_path / "mine.jsonl").write_text(line, encoding="utf-8")
    with pytest.raises(InputError, match=re.escape(says)):
        LinkStage.load(gazetteer=tmp_path / "mine.jsonl")
    with pytest.raises(InputError, match="nowhere"):
        LinkStage.load(gazetteer=tmp_path / "nowhere.jsonl")
