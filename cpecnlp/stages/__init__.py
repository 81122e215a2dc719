"""The stages; see :data:`cpecnlp.stage.STAGES` for the registry."""
