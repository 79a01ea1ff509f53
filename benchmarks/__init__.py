"""What the figures of the documentation come from."""
