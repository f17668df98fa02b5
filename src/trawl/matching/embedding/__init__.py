"""Vectors of pictures by a model the unit supplies: copies that fingerprints do not find.

Optional (``trawl[ml]``), and nothing else needs it. A model file goes in (``model``), vectors
come out, an index on disk holds them (``index``), and is made anew from the thumbnails whenever
the model changes. Nothing here reaches a network.
"""
