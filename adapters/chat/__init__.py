"""What all chat services have in common, for their edges: no service is named here."""
