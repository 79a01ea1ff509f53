"""Forms that open, and questions that come before what cannot be undone.

What a form is about goes with it, and comes back: no form is remembered, so that each works after a restart.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any, Final

from adapters.chat.mine import facts
from adapters.discord.counter import Visit
from adapters.discord.ids import guild_of, member_of
from adapters.discord.modals import edit_notice, join, new_notice
from adapters.discord.rendering import message, rendered, sure
from adapters.discord.replying import Pages, Shown, Window
from adapters.discord.waiting import BEGUN, Begun, hold
from adapters.discord.widgets import Json, Style, button, press
from bot.domain.ids import MemberId, NoticeId
from bot.domain.notices import Kind, Notice
from bot.domain.tokens import hashed
from bot.errors import Refusal
from bot.messages import Form, Message, Phrase, Refused, Reply

#: What parts the things that go with a form.
PARTED: Final = "_"


async def joining(visit: Visit, text: str = "", kind: str = "") -> Shown:
    """The form in which somebody joins, with the need or the offer that they typed before they could.

    Raises: Refusal where they are in no server of ours, or Discord does not say so soon.
    """
    sender, counter = visit.sender, visit.counter
    name, guild = sender.name, sender.guild or (int(guild_of(visit.member)) if visit.member else 0)
    if not sender.guild:
        guilds = [guild] if guild else await counter.people.could_join(sender.user)
        if len(guilds) != 1:
            raise Refusal("discord_join_there" if guilds else "discord_nowhere")
        (guild,) = guilds
        name = await counter.people.name(guild, sender.user)
        if not name:
            raise Refusal("discord_nowhere")
    there = await counter.visit(sender, member_of(guild, sender.user))
    if not await there.is_served():
        raise Refusal("discord_not_here")
    charter = await counter.dispatch.charter(there.community)
    said, number = (charter.text, charter.number) if charter else ("", 0)
    sealed = f"{guild}{PARTED}{kind}" if text and kind else str(guild)
    return opened(join(visit.words, name=name, sealed=sealed, charter=said, number=number, text=text))


async def form_of(visit: Visit, form: Form, *, topics: Sequence[str] = (), source: str = "", lead: str = "") -> Shown:
    """The form that a reply asks for, begun from the message `source`, if any, and with another sentence first.

    Raises: Refusal for a notice that is gone.
    """
    circles = bool(visit.known and visit.known[0].circles)
    if form.notice is None:
        sealed = PARTED.join([guild_of(visit.me), *source.split(":")]) if source else guild_of(visit.me)
        return opened(
            new_notice(
                Kind(form.kind), visit.words, text=form.text, topics=topics, lead=lead, circles=circles, sealed=sealed
            )
        )
    notice = await visit.counter.dispatch.notice(visit.me, NoticeId(form.notice))
    notice = replace(notice, text=form.text or notice.text)
    sealed = visit.counter.veil.over(visit.me, form.notice)
    return opened(edit_notice(notice, visit.words, circles=circles, sealed=sealed))


async def kept(visit: Visit, said: Refused, form: Form, *, topics: Sequence[str] = (), source: str = "") -> Pages:
    """Why it cannot be so, and a way back to what was typed: neither a form nor a command stays open."""
    about = {"form": asdict(form), "topics": topics, "source": source}
    name = await hold(visit, Begun("form", about, visit.me))
    again = button(visit.say("discord.again"), press(BEGUN, name))
    return Pages([rendered(visit.put(said), visit.words, foot=[again])])


async def to_show(visit: Visit, reply: Reply | None) -> Shown:
    """What became of a command, as it is shown."""
    if isinstance(reply, Form):
        return await form_of(visit, reply)
    return reply if reply is not None else Message("discord.saved")


def sure_of(visit: Visit, choice: str) -> Pages:
    """The question before what cannot be undone, for the community in which it is asked."""
    return Pages([sure(choice, guild_of(visit.me), visit.words)])


def check_notice(visit: Visit, after: Notice, left_out: Sequence[str], name: str) -> Json:
    """What others would read of a notice from now on, and a button to keep it so; it goes on with what `name` holds."""
    what = tuple(Phrase(f"contact.{kind}") for kind in left_out)
    lines = [
        visit.say("house.notice.check"),
        visit.say("discord.quoted", text=after.card),
        " · ".join(facts(after, visit.words, visit.now)),
        visit.say("draft.left_out", what=what) if left_out else "",
        visit.say("house.notice.check.lead"),
    ]
    keep = button(visit.say("house.notice.keep"), press(BEGUN, name), Style.PRIMARY)
    return message("\n\n".join(line for line in lines if line), [[keep]])


def wording(notice: Notice) -> str:
    """By which it is known whether a notice still reads as it did; says nothing of how."""
    read = (notice.text, notice.place, notice.reach, notice.standing, notice.topics, notice.language)
    return hashed(json.dumps(read))


def opened(modal: Json, guild: str = "") -> Window:
    """A form as an answer; of one that is about nothing in particular, for which server it is goes with it."""
    data: dict[str, Any] = modal["data"]
    if guild and data["custom_id"].endswith(":"):
        data = {**data, "custom_id": data["custom_id"] + guild}
    return Window(data)


def lifted(visit: Visit, name: str, *, otherwise: str = "dead_button") -> tuple[MemberId, str]:
    """What is behind a sealed name, and for which of their members it was. Raises: Refusal(otherwise) for none."""
    mine = [visit.member] if visit.member else list(visit.here)
    for member in mine:
        try:
            return member, visit.counter.veil.lifted(member, name)
        except Refusal:
            continue
    raise Refusal(otherwise)
