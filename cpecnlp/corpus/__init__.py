"""Corpora: reading, writing, gold markup and its checks."""
