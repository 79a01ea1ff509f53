"""Comptoir's tests: a mirror of the tree, and whole stories."""
