"""The formats that lists of known content come in and leave in. Know nothing of the store."""
