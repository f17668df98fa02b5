"""The tables of welfare."""
