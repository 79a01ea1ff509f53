"""Words before anything is asked for: to who has not joined, to who is in several communities, to who needs a form.

They are posted in our conversation with somebody who wrote first, and to nobody else.
"""

from dataclasses import replace

from adapters.discord.counter import Visit
from adapters.discord.errors import Closed
from adapters.discord.ids import guild_of, member_of
from adapters.discord.rendering import message
from adapters.discord.replying import Pages
from adapters.discord.waiting import WHERE, Begun, hold
from adapters.discord.widgets import OPTIONS, Json, Style, button, menu, option, press
from bot.messages import Form
from matching.text import language_of


async def greet(visit: Visit, text: str) -> None:
    """Tell who has not joined what this is, and that they may, in the language of what they wrote.

    Raises: as `Api.post`.
    """
    spoken = visit if visit.language else replace(visit, language=language_of(text, visit.words.language))
    await _post(visit, await hello(spoken, lost="discord.hello.lost"), "hello")


async def hello(visit: Visit, lost: str = "") -> Json:
    """What this is, with a way in: to the server from which they came, else to the only one that they could join.

    Args: lost: the key of what is said of words that were not kept, if there were any.
    """
    guilds = [visit.sender.guild] if visit.sender.guild else await visit.counter.people.could_join(visit.sender.user)
    if not guilds:
        return message(visit.say("discord.hello.nowhere"))
    where = str(guilds[0]) if len(guilds) == 1 else ""
    way_in = button(visit.say("discord.join"), press("join", where), Style.PRIMARY)
    said, steps = " ".join(visit.say(key) for key in ("discord.hello", lost) if key), [way_in]
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
