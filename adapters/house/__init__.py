"""The house: a chat room of our own, served by the bot, for communities that have no other and for trying it out."""

from adapters.house.app import create_app
from adapters.house.bell import Bell
from adapters.house.counter import Demonstration
from adapters.house.platform import House

__all__ = ["Bell", "Demonstration", "House", "create_app"]
