"""Faiss: hashes within a threshold of the first so many, by one of its binary indexes.

    python faiss_near.py flat|multihash BANK.npy QUERIES.npy COUNT THRESHOLD [FOUND.npz]

Prints JSON: seconds to add and to search, and how many were found. The multi-hash is given what
makes it exact to 31 bits: 16 hashes of 16 bits, searched within one bit.
"""

import json
import sys
import time

import faiss
import numpy as np

if __name__ == "__main__":
    kind, bank, queries, count, threshold = sys.argv[1:6]
    bits = np.load(bank)
    sought = np.ascontiguousarray(np.load(queries, mmap_mode="r")[: int(count)])
    if kind == "flat":
        index = faiss.IndexBinaryFlat(256)
    else:
        index = faiss.IndexBinaryMultiHash(256, 16, 16)
        index.nflip = 1
    start = time.perf_counter()
    index.add(bits)
    added = time.perf_counter()
    # It finds what is nearer than its radius, not what is as near.
    ends, distance, entry = index.range_search(sought, int(threshold) + 1)
    done = time.perf_counter()
    if len(sys.argv) > 6:
        query = np.repeat(np.arange(len(sought)), np.diff(ends.astype(np.int64)))
        np.savez(sys.argv[6], query=query, entry=entry, distance=distance.astype(np.int64))
    figures = {"add": added - start, "search": done - added, "found": len(entry)}
    print(json.dumps({**figures, "threads": faiss.omp_get_max_threads()}))
