"""What operators and their machines read: health and metrics."""
