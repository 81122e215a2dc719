"""Discovery: what the articles are about, where no scheme of topics says it."""
