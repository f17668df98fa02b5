"""Vectors of pictures by a model the unit supplies: copies that fingerprints do not find.

Optional (``trawl[ml]``), and nothing else needs it. A model file goes in (``model``), vectors
come out, an index on disk holds them (``index``), and is made anew from the thumbnails whenever
the model changes. Pictures too plain to be matched by sight must be left out: to a model all bare
walls are one. Nothing here reaches a network.
"""
