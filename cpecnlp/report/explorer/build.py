"""Writing the page as a stream: memory holds the index, never the articles.

One file, whatever the size: articles are packed by 64 (JSON, gzip, base64) into inert script
blocks, which the page unpacks in the background with the browser's own ``DecompressionStream``;
``fetch`` does not work from disk, and files beside the page would get lost when it is passed on.
The list draws only the rows in view.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Any

from cpecnlp import __version__
from cpecnlp.corpus.reader import Corpus
from cpecnlp.corpus.writer import whole_file
from cpecnlp.document import Document
from cpecnlp.errors import CpecnlpError, InputError
from cpecnlp.report.explorer.charts import chart_library, land, specs
from cpecnlp.report.explorer.data import CHUNK, Catalog, Evidence, pack
from cpecnlp.report.explorer.places import read_places
from cpecnlp.report.render import STYLES

TITLE = "cpecnlp explorer"
LIMIT = 20_000
EVIDENCE_LIMIT = 2_000
EVIDENCE_SENTENCES = 2
SCRIPTS = ("dom", "store", "filter", "list", "article", "layout", "rows", "charts", "main")

Explain = Callable[[Document], Evidence]


def explore(
    results: str | Path,
    *,
    title: str = TITLE,
    limit: int = LIMIT,
    evidence: bool | None = None,
    models: str | Path | None = None,
) -> Path:
    """Write ``explorer/index.html`` into a folder of results, from its ``documents.jsonl`` alone.

    Args:
        results: the folder that ``cpecnlp run`` wrote, or any folder with a ``documents.jsonl``.
        title: heading of the page.
        limit: most articles on the page, the first ones; the page says when there are more.
        evidence: ask the topic model for the sentences that speak for each topic (some 5 ms an
            article); ``None``: when there are at most 2,000 articles.
        models: your own models, for the evidence; see :func:`cpecnlp.load`.

    Returns:
        The page.

    Raises:
        InputError: the folder has no results.
    """
    folder = Path(results)
    source = folder / "documents.jsonl"
    if not source.is_file():
        raise InputError(f"no documents.jsonl in {folder}: run  cpecnlp run -o {folder}  first")
    total = _count(source)
    shown = min(total, limit)
    notes: list[str] = []
    if total > shown:
        notes.append(f"The page shows the first {shown:,} of {total:,} articles.")
    explain = _explainer(shown <= EVIDENCE_LIMIT if evidence is None else evidence, models, notes)
    catalog = Catalog(read_places())
    chunks = _chunks(islice(Corpus([source], max_chars=0), limit), catalog, explain)
    library = chart_library()
    if not library:
        notes.append('The charts need two more packages: pip install "cpecnlp[explorer]"; the tables are complete.')
    about = {
        "notes": notes,
        "version": __version__,
        "styles": STYLES,
        "charts": specs() if library else {},
        "land": land(),
    }
    page = folder / "explorer" / "index.html"
    with whole_file(page) as file:
        for part in _render(title, chunks, lambda: pack({**catalog.index(), **about}), library):
            file.write(part.encode("utf-8", "replace"))
    return page


def _count(path: Path) -> int:
    with path.open("rb") as lines:
        return sum(1 for line in lines if line.strip())


def _chunks(documents: Iterable[Document], catalog: Catalog, explain: Explain | None) -> Iterator[str]:
    stream = iter(documents)
    while batch := list(islice(stream, CHUNK)):
        yield pack([catalog.add(document, explain(document) if explain else None) for document in batch])


def _explainer(wanted: bool, models: str | Path | None, notes: list[str]) -> Explain | None:
    """Sentences for the topics of an article, or a note that says why there are none."""
    if not wanted:
        notes.append("No evidence sentences beside the topics: write the page with  cpecnlp explore --evidence.")
        return None
    from cpecnlp.models import model_path
    from cpecnlp.stages.topics import TopicStage

    try:
        stage = TopicStage.load(model_path("topics", models))
    except CpecnlpError as error:
        notes.append(f"No evidence sentences beside the topics: {error}")
        return None
    known = set(stage.predictor.labels)

    def explain(document: Document) -> Evidence:
        # of a topic that another model gave, this one cannot speak
        asked = {topic: score for topic, score in (document.topics or {}).items() if topic in known}
        return stage.explain(replace(document, topics=asked), EVIDENCE_SENTENCES) if asked else {}

    return explain


def _render(heading: str, chunks: Iterator[str], index: Callable[[], str], library: str) -> Iterator[str]:
    """The page in parts; ``index`` is called when all chunks have been drawn from the stream."""
    import jinja2

    here = files(__package__) / "page"
    program = "\n".join((here / f"{name}.js").read_text("utf-8") for name in SCRIPTS)
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    template = environment.from_string((here / "index.html.j2").read_text("utf-8"))
    values: dict[str, Any] = {
        "title": heading,
        "style": _inline((here / "style.css").read_text("utf-8")),
        "library": _inline(library),
        "program": _inline(program),
        "hashes": [_hash(script) for script in (library, program) if script],
        "chunks": chunks,
        "index": index,
    }
    yield from template.generate(values)


def _inline(code: str) -> Any:
    """Code of our own or of a library, for the inside of a script or style element."""
    from markupsafe import Markup

    if "</script" in code.lower() or "</style" in code.lower() or "<!--" in code:
        raise CpecnlpError("a script of the page would end its own element")
    return Markup(code)


def _hash(script: str) -> str:
    """The source expression with which a Content-Security-Policy lets exactly this script run."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
