"""Words before anything is asked for: to who has not joined, to who is in several communities, to who needs a form.

They are posted in our conversation with somebody who wrote first, and to nobody else.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from adapters.discord.counter import Visit
from adapters.discord.errors import Closed
from adapters.discord.ids import guild_of, member_of
from adapters.discord.ordering import is_of_members
from adapters.discord.rendering import message
from adapters.discord.replying import Pages
from adapters.discord.waiting import WHERE, Begun, hold
from adapters.discord.widgets import OPTIONS, Json, Style, button, menu, option, press
from bot.messages import Form
from matching.text import language_of

#: The commands that are not obeyed as words, and the button that does the same, with what it says.
WAYS: Final = {
    "settings": ("me.settings", "house.nav.settings"),
    "privacy": ("me.privacy", "house.nav.privacy"),
    "leave": ("leave", "house.privacy.leave"),
    "join": ("join", "discord.me.notices"),
}


async def greet(visit: Visit, text: str) -> None:
    """Tell who has not joined what this is, and that they may, in the language of what they wrote.

    Who wishes us to be quiet, or writes what only a member can, is told where they stand instead.
    Raises: as `Api.post`.
    """
    spoken = visit if visit.language else replace(visit, language=language_of(text, visit.words.language))
    said = await (no_member(spoken) if is_of_members(text) else hello(spoken, lost="discord.hello.lost"))
    await _post(visit, said, "hello")


async def hello(visit: Visit, lost: str = "") -> Json:
    """What this is, with a way in: to the server from which they came, else to the only one that they could join.

    Args: lost: the key of what is said of words that were not kept, if there were any.
    """
    guilds = await _open_to(visit)
    if not guilds:
        return message(visit.say("discord.hello.nowhere"))
    return await _with_way_in(visit, guilds, " ".join(visit.say(key) for key in ("discord.hello", lost) if key))


async def no_member(visit: Visit) -> Json:
    """That they are no member, and not written to; with the same way in, where there is one, and no praise of it."""
    guilds, said = await _open_to(visit), visit.say("no_member")
    return await _with_way_in(visit, guilds, said) if guilds else message(said)


async def _open_to(visit: Visit) -> Sequence[int]:
    """Servers that they could join: that from which they came, else those that they are in, two at most."""
    sender = visit.sender
    return [sender.guild] if sender.guild else await visit.counter.people.could_join(sender.user)


async def _with_way_in(visit: Visit, guilds: Sequence[int], said: str) -> Json:
    where = str(guilds[0]) if len(guilds) == 1 else ""
    way_in = button(visit.say("discord.join"), press("join", where), Style.PRIMARY)
    steps = [way_in]
    if where and await visit.counter.dispatch.has_left(member_of(guilds[0], visit.sender.user)):
        said += f"\n\n{visit.say('left.kept')}"
        steps.append(button(visit.say("house.privacy.erase.do"), press("erase", where), Style.DANGER))
    return message(said, [steps])


async def offer_form(visit: Visit, form: Form) -> None:
    """A form needs a press before it may open. Raises: as `Api.post`."""
    where = guild_of(visit.me)
    label = visit.say(f"discord.form.{form.kind}")
    way_in = button(label, press(str(form.kind), where), Style.PRIMARY)
    await _post(visit, message(visit.say("discord.form"), [[way_in]]), "form")


async def offer_way(visit: Visit, command: str) -> None:
    """What one of `WAYS` shows comes and goes after a press: what we post here would stay. Raises: as `Api.post`."""
    choice, label = WAYS[command]
    way = button(visit.say(label), press(choice, guild_of(visit.me)))
    await _post(visit, message(visit.say("discord.page"), [[way]]), "page")


async def which_one(visit: Visit, begun: Begun) -> Pages:
    """Ask for which of their communities it is; then it goes on."""
    return Pages([await _which(visit, await hold(visit, begun))])


async def ask_which(visit: Visit, begun: Begun) -> None:
    """The same for what was written in our conversation. Raises: as `Api.post`."""
    await _post(visit, await _which(visit, await hold(visit, begun)), "which")


async def _which(visit: Visit, name: str) -> Json:
    options = []
    for member in visit.here[:OPTIONS]:
        known = await visit.counter.dispatch.known(member)
        community = await visit.counter.dispatch.community(known[0].community) if known else None
        if community:
            options.append(option(guild_of(member), community.name))
    hint = visit.say("discord.which.hint")
    return message(visit.say("discord.which")) | {"components": [menu(press(WHERE, name), options, hint=hint)]}


async def _post(visit: Visit, body: Json, what: str) -> None:
    sender, counter = visit.sender, visit.counter
    if sender.guild and not visit.known:
        return await _post_to_stranger(visit, body, what)
    channel = await counter.directs.of(visit.me) if sender.guild else str(sender.channel)
    await counter.api.post(channel, body, mark=visit.mark(what))


async def _post_to_stranger(visit: Visit, body: Json, what: str) -> None:
    counter, user = visit.counter, str(visit.sender.user)
    channel = await counter.directs.with_stranger(user)
    try:
        await counter.api.post(channel, body, mark=visit.mark(what))
    except Closed:
        counter.directs.refused(user)
        raise
