"""What both kinds of rooms agree on: who may be in which, and how a message takes the place of another."""

from collections.abc import Collection
from dataclasses import replace

from bot.domain.ids import MemberId
from bot.domain.tokens import hashed
from bot.messages import Message

#: A card answered with a yes, and what it says once the two were introduced: nothing else takes its buttons away.
ANSWERED, INTRODUCED = "card.answered.yes", "card.introduced"
CHANNEL, PRIVATE, PAIR = "channel:", "private:", "pair:"


def private_room(member: MemberId) -> str:
    """Where Comptoir talks with one member."""
    return PRIVATE + member


def may_speak(room: str, member: MemberId, pair: Collection[MemberId]) -> bool:
    """Whether a member may read and write in a room: any channel, their own private room, a pair that they are of."""
    return room.startswith(CHANNEL) or room == private_room(member) or (room.startswith(PAIR) and member in pair)


def tokens(message: Message) -> frozenset[str]:
    """Hashes of the tokens that this message and its parts carry."""
    own = frozenset({hashed(message.token)}) if message.token else frozenset[str]()
    return own.union(*(tokens(part) for part in message.parts))


def retired(shown: Message, hashes: Collection[str]) -> Message:
    """The message without the buttons that carry one of these tokens; a yes says that it led to an introduction."""
    if shown.token and hashed(shown.token) in hashes:
        shown = replace(shown, choices=(), token=None)
        if shown.key == ANSWERED:
            shown = replace(shown, key=INTRODUCED, closes_at=None)
    return replace(shown, parts=tuple(retired(part, hashes) for part in shown.parts))


def retires(message: Message) -> frozenset[str]:
    """Which tokens this message and its parts put out of use."""
    return frozenset(message.retires).union(*(retires(part) for part in message.parts))


def replaced(shown: Message, token_hash: str, by: Message) -> Message:
    """The message with `by` in the place of what carries the token: all of it, or one part of a digest."""
    if shown.token and hashed(shown.token) == token_hash:
        return by
    return replace(shown, parts=tuple(replaced(part, token_hash, by) for part in shown.parts))
