"""What a community tries on files of its own before it trusts us with people: the engine, without a database."""
