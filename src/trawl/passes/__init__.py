"""Computations over media; each needs a content and nothing else."""
