"""Welfare: who looks is looked after. The rules are kept here, not by a poster."""
