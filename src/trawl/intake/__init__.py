"""Logging an exhibit: the only place that joins sources, passes and store."""
