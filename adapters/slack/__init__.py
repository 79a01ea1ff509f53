"""Slack: what comes from it to our commands, our messages to its blocks."""
