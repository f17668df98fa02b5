"""The database and the files beside it. Knows nothing of sources and passes."""
