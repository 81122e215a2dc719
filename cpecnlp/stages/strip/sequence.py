"""What the second round sees: what the first said of a block and of those around it."""

from __future__ import annotations

from collections.abc import Sequence

from cpecnlp.stages.strip.blocks import Block

SEQUENCE = (
    "logit", "logit_-3", "logit_-2", "logit_-1", "logit_+1", "logit_+2", "logit_+3", "mean_before", "mean_after",
    "least_before", "least_after", "body_after", "body_before", "furniture_after",
)  # fmt: skip
_SURE = 5.0
_REACH = 8
_MANY = 20


def sequence_rows(
    blocks: Sequence[Block], title: int, asked: Sequence[int], logits: Sequence[float]
) -> list[list[float]]:
    """Features of ``SEQUENCE`` for each asked block.

    Args:
        title: index of the headline, or -1.
        asked: indices of the blocks in question, ascending.
        logits: what the first round said of each.
    """
    values = [_SURE if block.kind else -_SURE for block in blocks]
    for index, logit in zip(asked, logits, strict=True):
        values[index] = max(-_SURE, min(_SURE, logit))
    if title >= 0:
        # nothing follows from the headline, neither for what stands above it nor below
        values[title] = 0.0
    count = len(values)
    body = [0]
    for index, value in enumerate(values):
        body.append(body[-1] + (value < 0 and index != title))
    return [_row(values, body, index, count) for index in asked]


def _row(values: list[float], body: list[int], i: int, count: int) -> list[float]:
    near = [values[i + step] if 0 <= i + step < count else 0.0 for step in (-3, -2, -1, 1, 2, 3)]
    before = values[max(0, i - _REACH) : i] or [0.0]
    after = values[i + 1 : i + 1 + _REACH] or [_SURE]
    left = count - 1 - i
    body_after = body[-1] - body[i + 1]
    return [
        values[i],
        *near,
        sum(before) / len(before),
        sum(after) / len(after),
        min(before),
        min(after),
        min(_MANY, body_after),
        min(_MANY, body[i]),
        (left - body_after) / max(1, left),
    ]
