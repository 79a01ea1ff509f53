"""The edges: chat services, the store, the clock, the web. They import bot and matching, never each other."""
