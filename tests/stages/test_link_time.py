"""Linking takes time in proportion to the mentions of an article."""

from __future__ import annotations

import itertools
import time

import pytest

from cpecnlp.stages.link import LinkStage
from tests.stages.test_link import article


@pytest.fixture(scope="module")
def stage() -> LinkStage:
    return LinkStage()


@pytest.mark.parametrize("form", ["{} Khan", "M. {} Khan", "Muhammad {} Khan"])
def test_a_crowd_is_linked_in_no_time(stage, form):
    letters = "abcdefghijklmnopqrstuvwxyz"
    names = [
        form.format("Person" + "".join(three))
        for three in itertools.islice(itertools.product(letters, repeat=3), 12000)
    ]
    doc = article(" ".join(f"[PERSON:{name}] (KRM)" for name in names))
    begin = time.process_time()
    (linked,) = stage.annotate([doc])
    assert time.process_time() - begin < 15  # half a second; with the square of their number, minutes
    assert len({span.ref for span in linked.entities or ()}) == len(names)


@pytest.mark.parametrize("marked", ["[GPE:Punjab] rose. ", "[ORG:PTI] rose. ", "[LOC:PM House] "])
def test_a_name_with_conditions_is_looked_up_once_an_article(stage, marked):
    doc = article(marked * 10000)
    begin = time.process_time()
    stage.annotate([doc])
    assert time.process_time() - begin < 5  # the whole text read again at every mention takes eight to twenty
