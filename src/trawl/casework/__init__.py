"""Cases, their members, exhibits, log and media, as officers may work with them.

Every function takes the database and the officer first, asks access, acts, and leaves one audit
row, all in one unit of work.
"""
