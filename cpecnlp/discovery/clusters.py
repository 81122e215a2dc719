"""Articles whose embeddings lie close together, by density."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
DIMENSIONS = 10  # that density is measured in: in all of them every article is far from every other
LEAST = 5  # articles of the smallest cluster
LARGEST = 5  # a cluster of more than one article in so many is split, where that does not scatter it
KEPT = 0.5  # it scatters when less than this share of the articles that were in clusters still are


def default_least(articles: int) -> int:
    """Articles of the smallest cluster, where nobody says: half the root of all, 5 at the least."""
    return max(LEAST, round(math.sqrt(articles) / 2))


def find_clusters(embeddings: Array, least: int) -> tuple[NDArray[np.int64], Array]:
    """Cluster by density in the directions of the first principal components.

    HDBSCAN (Campello et al., 2013) decides how many clusters there are and which articles belong to
    none. Nothing is drawn at random: the same articles give the same clusters.

    Args:
        embeddings: shape ``(articles, dimension)``.
        least: articles of the smallest cluster.

    Returns:
        The cluster of each article, largest first from 0, or -1; and how firmly it lies there, 0 to 1.
    """
    from sklearn.decomposition import PCA

    size = len(embeddings)
    none = np.full(size, -1, np.int64), np.zeros(size)
    if size < max(least, LEAST):
        return none
    centred = _directions(embeddings - embeddings.mean(0))
    if not np.ptp(centred, axis=0).any():
        return none
    axes = min(DIMENSIONS, size - 1, centred.shape[1])
    reduced = _directions(PCA(axes, svd_solver="full").fit_transform(centred))
    found = _dense(reduced, least, None)
    fine = _dense(reduced, least, max(size // LARGEST, 2 * least))
    labels, strength = fine if (fine[0] >= 0).sum() >= KEPT * (found[0] >= 0).sum() else found
    if (labels < 0).all():
        return none
    counts = np.bincount(labels[labels >= 0])
    rank = np.empty(len(counts), np.int64)
    rank[np.argsort(-counts, kind="stable")] = np.arange(len(counts))
    return np.where(labels >= 0, rank[np.maximum(labels, 0)], -1), np.where(labels >= 0, strength, 0.0)


def _dense(points: Array, least: int, largest: int | None) -> tuple[NDArray[np.int64], Array]:
    from sklearn.cluster import HDBSCAN

    found = HDBSCAN(min_cluster_size=least, min_samples=1, max_cluster_size=largest, copy=True).fit(points)
    return np.asarray(found.labels_, np.int64), np.asarray(found.probabilities_, float)


def nearest_to_middle(embeddings: Array, members: NDArray[np.int64], most: int) -> list[int]:
    """Those ``members`` whose embeddings lie nearest to the mean of all members, nearest first."""
    mine = _directions(embeddings[members])
    order = np.argsort(-(mine @ mine.mean(0)), kind="stable")[:most]
    return [int(number) for number in members[order]]


def _directions(vectors: Array) -> Array:
    out: Array = vectors / np.maximum(np.sqrt((vectors**2).sum(1, keepdims=True)), 1e-9)
    return out
