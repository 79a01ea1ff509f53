"""Sentence encoders that run somewhere else, for a community that has a stronger one than the one that ships."""
