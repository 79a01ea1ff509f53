"""`Candidates` answered in process: an index per community, kept in step with what was committed."""
