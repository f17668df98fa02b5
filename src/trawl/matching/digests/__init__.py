"""The digests of hash sets: sorted segments on disk, looked up by the batch."""
