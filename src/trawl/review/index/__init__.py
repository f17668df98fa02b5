"""The media of a case as columns by position, in files that are mapped into memory.

Position is the rank of the media's identifier among those of the case. Everything here is
derived from the database and from what matching left, and can be deleted at any time.
"""
