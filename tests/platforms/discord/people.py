"""Somebody at Discord: what they do, and what they have in front of them."""

from collections.abc import Sequence
from typing import Any, Self

from tests.platforms.discord import commands, forms
from tests.platforms.discord.asking import Outcome, ask
from tests.platforms.discord.core import Core, Sight
from tests.platforms.discord.guilds import Server
from tests.platforms.discord.interactions import Asked, Modal
from tests.platforms.discord.membership import go_out, post
from tests.platforms.discord.payloads import resolved
from tests.platforms.discord.permissions import Permission, can_read, in_channel
from tests.platforms.discord.posting import change, remove
from tests.platforms.discord.routes_users import direct
from tests.platforms.discord.shapes import message_object
from tests.platforms.discord.state import Channel, Json, Message, User


class Person:
    """One person. Acts wait until the app answered, or its time was over; looks are of this moment."""

    def __init__(self, core: Core, user: User) -> None:
        self._core = core
        self.user = user

    @property
    def id(self) -> str:
        return self.user.id

    @property
    def name(self) -> str:
        return self.user.name

    # --- writing -----------------------------------------------------------------------------------------------------

    async def types(self, channel: Channel, text: str, *, reply_to: Message | None = None) -> Message:
        """Write into a channel; "<@id>" is a mention. Raises: PermissionError where this person may not write."""
        core = self._core
        wanted = Permission.SEND_MESSAGES_IN_THREADS if channel.strand else Permission.SEND_MESSAGES
        if not self.can_read(channel) or not in_channel(core.world, channel, self.id) & wanted:
            raise PermissionError(f"{self.name} cannot write in {channel.name or 'these direct messages'}")
        message = Message(core.clock.snowflake(), channel.id, self.id, core.clock.date(), text)
        if reply_to is not None:
            message.reply_to, message.type = reply_to.id, 19
        post(core, message)
        await core.gateway.flushed()
        return message

    async def writes(self, text: str) -> Message:
        """Write to the bot."""
        return await self.types(self.direct, text)

    async def edits(self, message: Message, text: str) -> None:
        """Change one's own message."""
        assert message.author == self.id
        message.content = text
        change(self._core, message)
        await self._core.gateway.flushed()

    async def deletes(self, message: Message) -> None:
        """Delete one's own message."""
        assert message.author == self.id
        remove(self._core, message)
        await self._core.gateway.flushed()

    # --- using the app -----------------------------------------------------------------------------------------------

    async def runs(
        self, command: str, *, channel: Channel | None = None, forced: bool = False, **options: Any
    ) -> Outcome:
        """Use a slash command, "/need" or "/topics add", by its name in any language.

        Args: channel is None for the direct messages with the bot; forced: as if an administrator had allowed it;
            options by name: texts, numbers, people, channels.
        Raises: LookupError for what this person does not have there; ValueError for what Discord would not send.
        """
        place = channel or self.direct
        shape, path = commands.found(commands.offered(self._core, self.user, place, forced=forced), command, self.user)
        data = commands.used(self._core, shape, path, options, place)
        return await ask(self._core, Asked.COMMAND, self.id, place, data)

    async def completes(
        self, command: str, option: str, text: str, *, channel: Channel | None = None, **options: Any
    ) -> Outcome:
        """Type into an option that suggests; the suggestions are in `choices`."""
        place = channel or self.direct
        shape, path = commands.found(commands.offered(self._core, self.user, place), command, self.user)
        data = commands.used(self._core, shape, path, options | {option: text}, place, typing=option)
        return await ask(self._core, Asked.AUTOCOMPLETE, self.id, place, data)

    async def context_menu(self, on: "Message | Person", name: str, *, channel: Channel | None = None) -> Outcome:
        """Use a command from the menu of a message, or of a person (then in a channel). Raises: LookupError."""
        core = self._core
        place = core.world.channels[on.channel] if isinstance(on, Message) else channel or self.direct
        kind = 3 if isinstance(on, Message) else 2
        if isinstance(on, Message):
            self._must_see(on)
        every = [one for one in commands.offered(core, self.user, place) if one["type"] == kind]
        names = {word: one for one in every for word in (one["name"], commands.named(one, self.user.locale))}
        if name not in names:
            raise LookupError(f"{self.name} has no {name!r}, but {sorted(names)}")
        shape = names[name]
        data: Json = {"id": shape["id"], "name": shape["name"], "type": kind, "target_id": on.id}
        if isinstance(on, Message):
            data["resolved"] = {"messages": {on.id: message_object(core.world, on)}}
        else:
            guild = core.world.guilds[place.guild] if place.guild else None
            data["resolved"] = resolved(core, guild, [on.id])
        return await ask(core, Asked.COMMAND, self.id, place, data)

    async def presses(self, message: Message, button: str, *, stale: bool = False) -> Outcome:
        """Press a button, by what it says or by its custom_id.

        Args: stale: the message is on the screen as it was, whatever became of it; then any custom_id can be pressed.
        Raises: LookupError for a button that is not in front of this person.
        """
        if not stale:
            self._must_see(message)
        try:
            data = forms.pressed(forms.found(message.components, button, menu=False))
        except LookupError:
            if not stale:
                raise
            data = {"id": 1, "component_type": 2, "custom_id": button}
        place = self._core.world.channels[message.channel]
        return await ask(self._core, Asked.COMPONENT, self.id, place, data, message=message)

    async def chooses(self, message: Message, menu: str, *values: "str | Person | Channel") -> Outcome:
        """Choose from a menu, by its custom_id or placeholder; values by name, or people and channels themselves."""
        self._must_see(message)
        core, place = self._core, self._core.world.channels[message.channel]
        data = forms.chosen(forms.found(message.components, menu, menu=True), [_key(one) for one in values])
        if data["component_type"] != 3:
            guild = core.world.guilds[place.guild] if place.guild else None
            people = [one.id for one in values if isinstance(one, Person)]
            places = [one.id for one in values if isinstance(one, Channel)]
            data["resolved"] = resolved(core, guild, people, places)
        return await ask(core, Asked.COMPONENT, self.id, place, data, message=message)

    async def submits(self, modal: Modal | None, /, *, unchecked: bool = False, **values: Any) -> Outcome:
        """Send a form, by custom_id or label of its fields. It may be sent again, long after it was closed.

        Args: unchecked: also what Discord's own client would not let through.
        """
        if modal is None:
            raise LookupError(f"{self.name} has no form")
        data = forms.filled(modal, values, unchecked=unchecked)
        if self.modal is modal:
            self.dismisses()
        place = self._core.world.channels[modal.channel]
        return await ask(self._core, Asked.MODAL, self.id, place, data, modal=modal)

    def dismisses(self) -> None:
        """Close the form. Nobody is told."""
        self._core.modals.pop(self.id, None)

    # --- coming and going --------------------------------------------------------------------------------------------

    async def joins(self, guild: Server) -> None:
        guild.admit(self)
        await self._core.gateway.flushed()

    async def leaves(self, place: Server | Channel) -> None:
        """Leave a guild, or a thread."""
        if isinstance(place, Server):
            place.kick(self)
        else:
            go_out(self._core, place, self.id, by=self.id)
        await self._core.gateway.flushed()

    def closes_dms(self) -> None:
        """Take no more messages from the bot: blocked, or closed for all of a guild."""
        self.user.dms_open = False

    def opens_dms(self) -> None:
        self.user.dms_open = True

    async def changes(self, **traits: Any) -> Self:
        """Any field of User, e.g. name, locale, deleted. An account that is gone is in no guild any more."""
        for name, value in traits.items():
            setattr(self.user, name, value)
        core = self._core
        if self.user.deleted:
            for guild in core.world.guilds.values():
                Server(core, guild).kick(self)
        elif "name" in traits:
            for guild in core.world.guilds.values():
                if self.id in guild.members:
                    Server(core, guild).renamed(self)
        await core.gateway.flushed()
        return self

    # --- looking -----------------------------------------------------------------------------------------------------

    @property
    def sights(self) -> list[Sight]:
        """Everything that this person ever saw, in order."""
        return self._core.sights_of.setdefault(self.id, [])

    @property
    def seen(self) -> str:
        """All words that this person ever saw, or could read now: what stood in a thread before they came, too."""
        world = self._core.world
        mine = [
            one for one in world.channels.values() if (one.guild or one.recipient == self.id) and self.can_read(one)
        ]
        readable = [message.text for one in mine for message in self.messages(one)]
        return "\n".join([*(one.text for one in self.sights), *readable])

    @property
    def direct(self) -> Channel:
        """Their direct messages with the bot; they can always open them."""
        return direct(self._core, self.id)

    def can_read(self, channel: Channel) -> bool:
        return not channel.deleted and can_read(self._core.world, channel, self.id)

    def messages(self, channel: Channel) -> list[Message]:
        """What is there now for this person, oldest first; not what Discord itself says, of who was added."""
        if not self.can_read(channel):
            return []
        mine = [one for one in channel.messages.values() if one.only_for in ("", self.id)]
        return [one for one in mine if not one.deleted and not one.system]

    @property
    def dms(self) -> list[Message]:
        """What is in the direct messages with the bot now, of both."""
        found = self._core.world.directs.get(self.id)
        return self.messages(found) if found else []

    @property
    def last(self) -> Message:
        """The newest message of the app's that is in front of this person, wherever. Raises: LookupError."""
        for sight in reversed(self.sights):
            message = self._core.world.channels[sight.channel].messages.get(sight.message) if sight.message else None
            if message is not None and message.author == self._core.world.app.id and self._sees(message):
                return message
        raise LookupError(f"{self.name} sees nothing of the app's")

    def buttons(self, message: Message) -> list[str]:
        """What the buttons say that can be pressed."""
        return [str(one.get("label") or "") for one in forms.usable(message.components) if one["type"] == 2]

    @property
    def modal(self) -> Modal | None:
        """The form in front of this person."""
        return self._core.modals.get(self.id)

    def threads(self) -> list[Channel]:
        """The threads that this person can open, archived ones too; also those that they may only manage."""
        return [one for one in self._core.world.channels.values() if one.strand is not None and self.can_read(one)]

    def commands(self, channel: Channel | None = None) -> list[str]:
        """The names of the commands that this person has, as they see them."""
        return [
            commands.named(one, self.user.locale)
            for one in commands.offered(self._core, self.user, channel or self.direct)
        ]

    def find(self, words: str) -> Message | None:
        """The newest message in front of this person with these words, wherever it is."""
        for sight in reversed(self.sights):
            message = self._core.world.channels[sight.channel].messages.get(sight.message) if sight.message else None
            if message is not None and words in message.text and self._sees(message):
                return message
        return None

    async def sees(self, words: str, within: float = 5.0) -> Message:
        """Wait until a message with these words is in front of this person. Raises: TimeoutError, saying what is."""
        try:
            found = await self._core.until(lambda: self.find(words), within)
        except TimeoutError as late:
            shown: Sequence[str] = [one.text for one in self.sights[-5:]]
            raise TimeoutError(f"{self.name} does not see {words!r}, but lately {shown}") from late
        assert found is not None
        return found

    def _sees(self, message: Message) -> bool:
        return message in self.messages(self._core.world.channels[message.channel])

    def _must_see(self, message: Message) -> None:
        if not self._sees(message):
            raise LookupError(f"{self.name} does not see this message: {message.text!r}")


def _key(value: "str | Person | Channel") -> str:
    return value if isinstance(value, str) else value.id
