"""The house as a chat service: what the outbox delivers ends up in rooms."""

from collections.abc import Mapping, Sequence

from adapters.house.bell import Bell
from adapters.house.rooms import private_room
from bot.domain.ids import MemberId
from bot.messages import Message
from bot.ports import Clock, Priority
from bot.rooms import Rooms


class House:
    """Implements ChatPlatform on top of Rooms. Give the same bell to `create_app`, and open pages follow at once.

    Nothing it says needs a disk of its own: the outbox notes what was sent after it, and sends what it did not note.
    """

    def __init__(self, rooms: Rooms, clock: Clock, bell: Bell | None = None) -> None:
        self._rooms = rooms
        self._clock = clock
        self._bell = bell or Bell()

    async def tell(
        self,
        member: MemberId,
        message: Message,
        *,
        key: str,
        about: Sequence[MemberId] = (),
        priority: Priority = Priority.REPLY,
    ) -> None:
        await self._rooms.tell(private_room(member), message, at=self._clock.now(), key=key, about=about, flushed=False)
        self._bell.ring()

    async def bring_together(self, openings: Mapping[MemberId, Message], *, key: str) -> None:
        now = self._clock.now()
        await self._rooms.open_pair(sorted(openings), openings, at=now, key=key)
        for member in sorted(openings):
            word = Message("house.introduced")
            await self._rooms.tell(private_room(member), word, at=now, key=f"{key}:{member}", flushed=False)
        self._bell.ring()

    async def forget(self, member: MemberId, *, key: str) -> None:
        await self._rooms.forget(member, at=self._clock.now())
        self._bell.call_over()
