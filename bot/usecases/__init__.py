"""What Comptoir does, one verb a file: read, decide, save, queue what must be said, return the reply."""
