"""Recognising what has been seen before: machines propose."""
