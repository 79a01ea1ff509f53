"""The rooms of the house, by name."""

from typing import Final

from bot.domain.ids import MemberId

#: The channel in which everybody is, by the name that communities list among those that Comptoir listens in.
CHANNEL_NAME: Final = "comptoir"
CHANNEL: Final = f"channel:{CHANNEL_NAME}"


def private_room(member: MemberId) -> str:
    """Where Comptoir and one member talk."""
    return f"private:{member}"


def pair_room(key: str) -> str:
    """Where two people talk, once they have been introduced."""
    return f"pair:{key}"


def key_of(room: str) -> str:
    """What stands for a pair's room in an address."""
    return room.removeprefix("pair:")
