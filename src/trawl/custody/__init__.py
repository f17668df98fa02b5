"""What shows in court that the log is the log: manifests, root hashes, signatures."""
