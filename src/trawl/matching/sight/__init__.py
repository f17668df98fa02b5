"""Matching by sight: PDQ fingerprints, their turns, all near pairs, and banks to look up in."""
