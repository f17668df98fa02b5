"""Where an exhibit's bytes come from; one file per kind."""
