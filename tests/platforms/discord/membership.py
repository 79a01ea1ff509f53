"""Who comes into a thread and who goes: by being added, by a mention, or by leaving.

Source: https://docs.discord.com/developers/topics/threads; that a mention draws somebody in is told on Discord's help
pages alone.
"""

from tests.platforms.discord.core import Core
from tests.platforms.discord.intents import GUILD_MEMBERS
from tests.platforms.discord.permissions import Permission, in_channel
from tests.platforms.discord.posting import publish, tell
from tests.platforms.discord.shapes import thread_member_object
from tests.platforms.discord.state import Channel, Json, Kind, Message


def come_in(core: Core, thread: Channel, person: str, *, by: str) -> None:
    """Somebody is added, and the thread says so. Nothing happens if they are inside."""
    if person in thread.thread.members:
        return
    thread.thread.members[person] = core.clock.date()
    if not core.world.users[person].bot:
        core.notice(person, "thread", thread.name, channel=thread.id)
    _tell(core, thread, added=[person])
    if by != person:
        _note(core, thread, by, person, added=True)


def go_out(core: Core, thread: Channel, person: str, *, by: str) -> None:
    """Somebody leaves, or is taken out, and then the thread says so."""
    # Told before it is done: afterwards the app may not see the thread any more.
    _tell(core, thread, removed=[person])
    del thread.thread.members[person]
    if by != person:
        _note(core, thread, by, person, added=False)
    core.changed()


def draw_in(core: Core, message: Message) -> None:
    """Those whom a message in a thread mentions come in, if its author may bring them and they may see the channel."""
    thread = core.world.channels[message.channel]
    if thread.strand is None:
        return
    bits = in_channel(core.world, thread, message.author)
    mine = thread.strand.owner == message.author or bool(bits & Permission.MANAGE_THREADS)
    if thread.kind is Kind.PRIVATE_THREAD and not (thread.strand.invitable or mine):
        return
    for one in message.mentions:
        if in_channel(core.world, thread, one) & Permission.VIEW_CHANNEL:
            come_in(core, thread, one, by=message.author)


def _note(core: Core, thread: Channel, by: str, person: str, *, added: bool) -> None:
    """Types 1 and 2: https://docs.discord.com/developers/resources/message#message-object-message-types."""
    note = Message(core.clock.snowflake(), thread.id, by, core.clock.date(), type=1 if added else 2, mentions=[person])
    thread.messages[note.id] = note
    tell(core, "MESSAGE_CREATE", note)


def _tell(core: Core, thread: Channel, *, added: list[str] | None = None, removed: list[str] | None = None) -> None:
    """https://docs.discord.com/developers/events/gateway-events#thread-members-update.

    Without the intent for members an app hears only of itself.
    """
    touched = [*(added or ()), *(removed or ())]
    count = len(thread.thread.members) - len(removed or ())
    data: Json = {"id": thread.id, "guild_id": thread.guild, "member_count": count}
    if added:
        data["added_members"] = [thread_member_object(thread, one) for one in added]
    if removed:
        data["removed_member_ids"] = removed
    if core.world.app.id in touched or core.world.app.privileged & GUILD_MEMBERS:
        core.tell("THREAD_MEMBERS_UPDATE", data, guild=thread.guild)
    core.changed()


def post(core: Core, message: Message, *, allowed: object = None, by_interaction: bool = False) -> None:
    """Publish a message; in a thread it draws in whom it mentions."""
    publish(core, message, allowed=allowed, by_interaction=by_interaction)
    draw_in(core, message)
