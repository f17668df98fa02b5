"""What `make demo` and the tests build their seized things from. Benign content only."""
