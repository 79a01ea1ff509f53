"""States, transition tables and pure decisions: no input, no output, no clock."""
