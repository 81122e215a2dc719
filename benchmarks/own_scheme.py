"""A scheme of one's own: a few labelled articles a class, ``train topics --from-scratch``, accuracy on the rest.

python benchmarks/own_scheme.py FOLDER --per 50 --draws 5    # a folder of .txt files for each class
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cpecnlp.document import Document
from cpecnlp.stages.topics import TopicStage
from cpecnlp.training.topic_data import prepared
from cpecnlp.training.topics import train_topics


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--per", type=int, default=50, help="training articles a class")
    parser.add_argument("--draws", type=int, default=5)
    plan = parser.parse_args()
    paths = sorted(plan.folder.glob("*/*.txt"))
    texts = [(path.parent.name, path.read_text(encoding="utf-8", errors="replace")) for path in paths]
    raw = [Document(f"{n}", text, topics={name: 1.0}) for n, (name, text) in enumerate(texts)]
    documents = prepared(raw)
    print("| draw | trained on | accuracy on the rest | F1 by cross-validation | CPU seconds of training |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    for draw in range(plan.draws):
        order = random.Random(draw).sample(documents, len(documents))
        chosen = [d for name in {n for n, _ in texts} for d in [e for e in order if name in e.topics][: plan.per]]
        taken = {document.id for document in chosen}
        rest = [document for document in documents if document.id not in taken]
        begin = time.process_time()
        with tempfile.TemporaryDirectory() as folder:
            trained = train_topics(sorted(chosen, key=lambda d: d.id), from_scratch=True, out=Path(folder) / "m")
            spent = time.process_time() - begin
            found = TopicStage.load(trained.model.path).predict(rest)
        right = sum(set(layers["topics"]) == set(document.topics) for layers, document in zip(found, rest, strict=True))
        print(
            f"| {draw} | {len(chosen)} | {right / len(rest):.4f} | {trained.figures.micro:.3f} | {spent:.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
