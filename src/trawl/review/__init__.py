"""Review: what is left is looked at and graded."""
