"""A guild as those who run it know it: channels, roles, who may do what, who comes and goes, and the bot's place."""

from typing import TYPE_CHECKING, Final, Literal, Self, TypeAlias

from tests.platforms.discord.core import Core
from tests.platforms.discord.permissions import EVERYONE, Permission, can_read
from tests.platforms.discord.posting import remove
from tests.platforms.discord.routes_threads import erase
from tests.platforms.discord.shapes import (
    channel_object,
    guild_create_object,
    guild_object,
    member_object,
    role_object,
    user_object,
)
from tests.platforms.discord.state import Channel, Guild, Kind, Member, Message, Overwrite, Role, User

if TYPE_CHECKING:
    from tests.platforms.discord.people import Person

#: What an invitation gives this app.
INVITED: Final = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.CREATE_PRIVATE_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
)
Who: TypeAlias = "Person | Role | Literal['bot', 'everyone']"


class Server:
    """One guild. Every change tells the app what Discord would tell it."""

    def __init__(self, core: Core, guild: Guild) -> None:
        self._core = core
        self.guild = guild

    @classmethod
    def founded(cls, core: Core, name: str, *, locale: str, permissions: int | None, bot: bool, id: str) -> Self:
        """A new guild, with an owner whom nobody knows."""
        owner = User(core.clock.snowflake(), f"owner-of-{name.lower().replace(' ', '-')}", locale)
        core.world.users[owner.id] = owner
        guild = Guild(id or core.clock.snowflake(apart=True), name, owner.id, locale)
        guild.roles[guild.id] = Role(guild.id, "@everyone", EVERYONE, 0)
        guild.members[owner.id] = Member(owner.id, core.clock.date())
        core.world.guilds[guild.id] = guild
        made = cls(core, guild)
        if bot:
            made.add_bot(permissions)
        return made

    @property
    def id(self) -> str:
        return self.guild.id

    @property
    def name(self) -> str:
        return self.guild.name

    # --- the bot -----------------------------------------------------------------------------------------------------

    @property
    def bot_role(self) -> Role:
        """The role that came with the bot."""
        return next(one for one in self.guild.roles.values() if one.managed)

    def add_bot(self, permissions: int | None = None) -> None:
        """The bot is invited."""
        bot = self._core.world.app.id
        role = Role(self._core.clock.snowflake(), "Comptoir", INVITED if permissions is None else permissions)
        role.managed = True
        self.guild.roles[role.id] = role
        self.guild.members[bot] = Member(bot, self._core.clock.date(), [role.id])
        shape = guild_create_object(self._core.world, self.guild)
        # A guild that is new to the bot says nothing of availability.
        del shape["unavailable"]
        self._core.tell("GUILD_CREATE", shape, guild=self.id)

    def kick_bot(self) -> None:
        """The bot is out: its role, its threads and its commands here are gone too."""
        bot = self._core.world.app.id
        del self.guild.members[bot]
        del self.guild.roles[self.bot_role.id]
        for one in self.guild.channels.values():
            if one.strand is not None:
                one.strand.members.pop(bot, None)
        self._core.commands.pop(self.id, None)
        self._core.tell("GUILD_DELETE", {"id": self.id}, guild=self.id)

    def outage(self) -> None:
        """Discord cannot serve this guild for a while."""
        self.guild.available = False
        self._core.tell("GUILD_DELETE", {"id": self.id, "unavailable": True}, guild=self.id)

    def back(self) -> None:
        """The outage is over."""
        self.guild.available = True
        self._core.tell("GUILD_CREATE", guild_create_object(self._core.world, self.guild), guild=self.id)

    def change(self, *, name: str | None = None, locale: str | None = None) -> None:
        """The guild has another name or language."""
        self.guild.name = name or self.guild.name
        self.guild.locale = locale or self.guild.locale
        self._core.tell("GUILD_UPDATE", guild_object(self.guild), guild=self.id)

    # --- channels ----------------------------------------------------------------------------------------------------

    def channel(self, name: str, *, topic: str | None = None, private: bool = False) -> Channel:
        """A new text channel. A private one is closed to everybody without a permission of their own."""
        place = len(self.guild.channels)
        channel = Channel(self._core.clock.snowflake(), Kind.TEXT, name, self.id, topic=topic, position=place)
        if private:
            channel.overwrites[self.id] = Overwrite(self.id, 0, deny=Permission.VIEW_CHANNEL)
        self.guild.channels[channel.id] = self._core.world.channels[channel.id] = channel
        self._about("CHANNEL_CREATE", channel)
        return channel

    def delete(self, channel: Channel) -> None:
        """A channel or thread is deleted, with everything in it."""
        erase(self._core, channel)

    def archive(self, thread: Channel, *, locked: bool = False) -> None:
        """A thread is put away, by a moderator or by Discord itself."""
        thread.thread.archived, thread.thread.locked = True, locked
        thread.thread.changed = self._core.clock.date()
        self._about("THREAD_UPDATE", thread)

    def delete_message(self, message: Message) -> None:
        """A moderator deletes a message."""
        remove(self._core, message)

    def permit(self, channel: Channel, who: "Who", bits: int) -> None:
        """Let somebody do something in one channel."""
        over = self._overwrite(channel, who)
        over.allow, over.deny = over.allow | bits, over.deny & ~bits
        self._about("CHANNEL_UPDATE", channel)

    def deny(self, channel: Channel, who: "Who", bits: int) -> None:
        """Keep somebody from something in one channel."""
        over = self._overwrite(channel, who)
        over.allow, over.deny = over.allow & ~bits, over.deny | bits
        self._about("CHANNEL_UPDATE", channel)

    def _overwrite(self, channel: Channel, who: "Who") -> Overwrite:
        if who == "everyone":
            key, kind = self.id, 0
        elif who == "bot":
            key, kind = self._core.world.app.id, 1
        else:
            assert not isinstance(who, str)
            key, kind = who.id, 0 if isinstance(who, Role) else 1
        return channel.overwrites.setdefault(key, Overwrite(key, kind))

    def _about(self, event: str, channel: Channel) -> None:
        # A bot that lost sight of a channel is still told that it changed.
        if event == "CHANNEL_UPDATE" or can_read(self._core.world, channel, self._core.world.app.id):
            self._core.tell(event, channel_object(self._core.world, channel), guild=self.id)
        self._core.changed()

    # --- roles -------------------------------------------------------------------------------------------------------

    def role(self, name: str, permissions: int = 0, *, mentionable: bool = False) -> Role:
        """A new role."""
        role = Role(self._core.clock.snowflake(), name, permissions, len(self.guild.roles), mentionable)
        self.guild.roles[role.id] = role
        self._core.tell("GUILD_ROLE_CREATE", {"guild_id": self.id, "role": role_object(role)}, guild=self.id)
        return role

    def change_role(self, role: Role, permissions: int) -> None:
        """A role may do other things from now on."""
        role.permissions = permissions
        self._core.tell("GUILD_ROLE_UPDATE", {"guild_id": self.id, "role": role_object(role)}, guild=self.id)

    def delete_role(self, role: Role) -> None:
        """A role is gone, from everybody."""
        for member in self.guild.members.values():
            member.roles = [one for one in member.roles if one != role.id]
        del self.guild.roles[role.id]
        self._core.tell("GUILD_ROLE_DELETE", {"guild_id": self.id, "role_id": role.id}, guild=self.id)

    def give(self, person: "Person", role: Role) -> None:
        """Somebody gets a role."""
        self.guild.members[person.id].roles.append(role.id)
        self._updated(person.id)

    def take(self, person: "Person", role: Role) -> None:
        """Somebody loses a role."""
        self.guild.members[person.id].roles.remove(role.id)
        self._updated(person.id)

    def _updated(self, user: str) -> None:
        shape = member_object(self._core.world, self.guild, self.guild.members[user], user=True) | {"guild_id": self.id}
        self._core.tell("GUILD_MEMBER_UPDATE", shape, guild=self.id, always=user == self._core.world.app.id)

    def nickname(self, person: "Person", nick: str | None) -> None:
        """Somebody has a name of their own here, or no more."""
        self.guild.members[person.id].nick = nick
        self._updated(person.id)

    def renamed(self, person: "Person") -> None:
        """Somebody's name is another, everywhere."""
        self._updated(person.id)

    # --- people ------------------------------------------------------------------------------------------------------

    def admit(self, person: "Person") -> None:
        """Somebody comes in."""
        member = Member(person.id, self._core.clock.date())
        self.guild.members[person.id] = member
        shape = member_object(self._core.world, self.guild, member, user=True) | {"guild_id": self.id}
        self._core.tell("GUILD_MEMBER_ADD", shape, guild=self.id)

    def kick(self, person: "Person") -> None:
        """Somebody is out, of the threads too."""
        self.guild.members.pop(person.id, None)
        for one in self.guild.channels.values():
            if one.strand is not None:
                one.strand.members.pop(person.id, None)
        shape = {"guild_id": self.id, "user": user_object(person.user)}
        self._core.tell("GUILD_MEMBER_REMOVE", shape, guild=self.id)

    def has(self, person: "Person") -> bool:
        return person.id in self.guild.members
