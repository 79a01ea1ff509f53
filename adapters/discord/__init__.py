"""Discord: events → commands; messages → its messages, each sent once."""
