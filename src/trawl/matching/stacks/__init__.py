"""Stacks: near-identical pictures, looked at once. Pure: no database.

The rule, without the drift of connected components. The pictures stand in order, best first
(``rank``). A picture leads a stack when no better leader is within the threshold of it; every
other picture belongs to the nearest better leader within the threshold, of equally near ones to
the best; equal fingerprints go together. So the best of a stack is on top, every member is within
the threshold of it, no two leaders are within it of each other, and a chain of small steps cannot
join two different pictures. A picture too plain to be matched by sight (quality below 50) is
alone.

The rule is run over all near pairs, which are found once and kept (``neighbours``); where the
pairs are too many to hold, over blocks of pictures (``blocks``), with the same result.
"""
