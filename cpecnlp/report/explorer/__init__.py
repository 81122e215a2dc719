"""The explorer: one HTML page that shows the results of a run, opened from disk, with no network."""

from cpecnlp.report.explorer.build import explore as explore
