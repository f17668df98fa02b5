"""Grading as judgement: votes that are attributed and superseded, never edited.

An act is one thing an officer does (a grade on one media or on a thousand, an undo, a
resolution). It bears a key of the client's: asked again with the same key, it is answered as
before and done once. What counts now is a function of what was written: ``judging`` says it for
one media in plain Python, ``standing`` for a whole case in arrays.
"""
