"""Training of the block model of boilerplate stripping; needs nothing but scikit-learn."""

from cpecnlp.training.strip.train import StripTraining, shipped_gold, shipped_scrapes, train_strip

__all__ = ["StripTraining", "shipped_gold", "shipped_scrapes", "train_strip"]
