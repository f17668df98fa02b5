"""Trawl: the open workbench of a child-protection and county-lines unit."""

__version__ = "0.1.0"
