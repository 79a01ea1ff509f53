"""The rules of the bar."""
