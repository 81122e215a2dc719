"""Training of the entity model: see :func:`cpecnlp.training.ner.train.train_ner`."""
