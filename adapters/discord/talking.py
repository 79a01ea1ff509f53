"""What people write to Comptoir, near it, or change afterwards. Nothing of it is logged.

What is not addressed to us is read only where stewards opened a channel to listening.
Source: https://docs.discord.com/developers/events/gateway (what is heard without the Message Content Intent)
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256

import discord

from adapters.discord.counter import Counter, Visit
from adapters.discord.greeting import WAYS, ask_which, greet, offer_form, offer_way
from adapters.discord.ids import PLATFORM, community_of, member_of
from adapters.discord.incoming import Sender, parent_of, sender_of, source_of, typed
from adapters.discord.ordering import named, wants_quiet
from adapters.discord.quieting import stop_elsewhere
from adapters.discord.waiting import Begun
from bot.commands import Hear, Reword, Say, Unsay
from bot.messages import Form


async def on_message(counter: Counter, message: discord.Message) -> None:
    """A message in our conversation with somebody, or in a channel that we see."""
    sender = sender_of(message)
    if sender is None:
        return
    text, source = message.content, source_of(sender.channel, message.id)
    if not sender.guild:
        await _in_private(await counter.visit(sender), typed(text, names_in(message)).strip(), source)
    elif (rest := without_mention(text, await counter.account())) != text:
        await _called(counter, sender, typed(rest, names_in(message)).strip(), source)
    else:
        await _overheard(counter, sender, message)


async def on_edit(counter: Counter, message: discord.Message) -> None:
    """A message reads otherwise now. What is asked about new words is asked in private."""
    sender = sender_of(message)
    if sender is None or message.edited_at is None:
        return
    source = source_of(sender.channel, message.id)
    rest = without_mention(message.content, await counter.account())
    private = not sender.guild or rest != message.content
    if not (private or counter.chosen.listening):  # nothing is told of what it says
        return
    channel = "" if private else str(parent_of(message.channel) or sender.channel)
    mine = [member_of(sender.guild, sender.user)] if sender.guild else await counter.people.here(sender.user)
    for member in mine:
        visit = await counter.visit(_again(sender, message), member)
        text = typed(rest, names_in(message)).strip()
        await visit.ask(Reword(member, source, text, channel), told=private, step=f":{member}")
        if private and wants_quiet(text):
            await stop_elsewhere(visit)


async def on_delete(counter: Counter, guild: int, channel: int, message: int) -> None:
    """What was made of a message goes with it, of somebody who has left as well. Discord does not say whose it was."""
    source = source_of(channel, message)
    for member in await counter.people.author(guild, channel, source):
        await counter.dispatch.receive(PLATFORM, f"deleted:{source}:{member}", Unsay(member, source))


async def _in_private(visit: Visit, text: str, source: str) -> None:
    for member in visit.here:  # one conversation, whatever communities they are in
        visit.counter.later.do(visit.counter.platform.reopened(member, str(visit.sender.channel)))
    if visit.is_of_several and wants_quiet(text):
        visit = await visit.counter.visit(visit.sender, visit.here[0])  # for one is for all
    if visit.is_of_several:
        if await visit.is_new(":which"):
            await ask_which(visit, Begun("said", {"text": text, "source": source}))
    elif visit.known is None:
        if await visit.is_new(""):  # not said to a member, should it come again once they are one
            visit.counter.later.insist(lambda: greet(visit, text))
    else:
        await say(visit, text, source)


async def _called(counter: Counter, sender: Sender, text: str, source: str) -> None:
    """Somebody calls us in a channel. They are answered in private, and where that is closed, nothing is seen of it.

    Who has not joined is told what this is once a day: each of them may be a conversation that is new to us.
    """
    visit = await counter.visit(sender)
    if visit.known:
        await say(visit, text or "/help", source)
    elif await counter.dispatch.community(visit.community) and await _is_first_today(visit):
        counter.later.insist(lambda: greet(visit, text))


async def _is_first_today(visit: Visit) -> bool:
    who = sha256(f"{visit.me}:{visit.now.date()}".encode()).hexdigest()  # nothing is kept of who has not joined
    return await visit.counter.dispatch.is_new(PLATFORM, f"greeted:{who}")


async def say(visit: Visit, text: str, source: str) -> None:
    """Do what was written. The reply comes through the outbox; a form, or a page, needs a press before it may open."""
    if (command := named(text)) in WAYS:
        if await visit.is_new(":way"):
            visit.counter.later.insist(lambda: offer_way(visit, command))
        return
    reply = await visit.ask(Say(visit.me, text, source), told=True)
    if wants_quiet(text):
        await stop_elsewhere(visit)
    if isinstance(reply, Form) and await visit.is_new(":form"):
        visit.counter.later.insist(lambda: offer_form(visit, reply))


async def _overheard(counter: Counter, sender: Sender, message: discord.Message) -> None:
    """Only where stewards switched listening on is a sentence looked at at all, and only if its author joined."""
    if not counter.chosen.listening or not message.content:
        return
    channel = str(parent_of(message.channel) or sender.channel)
    community = await counter.dispatch.community(community_of(sender.guild))
    if community is None or channel not in community.listening:
        return
    visit = await counter.visit(sender)
    if visit.known:
        source = source_of(sender.channel, message.id)
        await visit.ask(Hear(visit.me, channel, typed(message.content, names_in(message)), source))


def names_in(message: discord.Message) -> Mapping[int, str]:
    """Whom a message names, as they are called."""
    return {user.id: user.display_name for user in message.mentions}


def without_mention(text: str, account: str) -> str:
    """What is said besides our name."""
    return re.sub(f"\\s*<@!?{re.escape(account)}>\\s*", " ", text) if account else text


def _again(sender: Sender, message: discord.Message) -> Sender:
    """Each change of a message arrives by itself."""
    return replace(sender, arrival=f"{sender.arrival}:{message.edited_at}")
