"""What people write to Comptoir, near it, or change afterwards."""

import re
from collections.abc import Mapping
from typing import Any

from adapters.chat.errors import asked_again
from adapters.slack.blocks import QUIET
from adapters.slack.counter import Counter, Visit
from adapters.slack.homes import publish_home
from adapters.slack.incoming import first_of, is_spoken, part_of, sender_of, source_of, text_at, typed
from adapters.slack.inert import calm, escaped
from adapters.slack.ordering import is_of_members, no_member, sure_of, wished
from adapters.slack.passing import PRIVATE
from adapters.slack.widgets import Json, actions, button, section
from bot.commands import ChangeSettings, Hear, Leave, Rename, Reword, Say, Unsay
from bot.messages import Form


async def on_message(counter: Counter, body: Mapping[str, Any]) -> None:
    """A message in a conversation with the app, or in a channel that it is in."""
    event, sender = part_of(body, "event"), sender_of(body)
    if sender is None or sender.outside:
        return
    subtype, channel = text_at(event, "subtype"), text_at(event, "channel")
    visit = await counter.visit(sender, body)
    if subtype == "message_changed":
        await _reword(visit, event)
    elif subtype == "message_deleted":
        await _unsay(visit, channel, part_of(event, "previous_message"))
    elif not is_spoken(event):
        return
    elif text_at(event, "channel_type") == PRIVATE:
        said = _without_mention(text_at(event, "text"), _account(body))
        await _in_private(visit, channel, typed(said).strip(), text_at(event, "ts"))
    else:
        await _overheard(visit, channel, text_at(event, "text"), text_at(event, "ts"))


async def on_mention(counter: Counter, body: Mapping[str, Any]) -> None:
    """Somebody calls the app in a channel. It answers in private."""
    event, sender = part_of(body, "event"), sender_of(body)
    if sender is None or sender.outside or not is_spoken(event):
        return
    visit, channel = await counter.visit(sender, body), text_at(event, "channel")
    said = _without_mention(text_at(event, "text"), _account(body))
    if visit.known:
        await _say(visit, typed(said).strip() or "/help", source_of(channel, text_at(event, "ts")))
    elif await visit.is_new(""):
        counter.later.insist(lambda: _invite(visit, said, "chat.postEphemeral", channel, user=sender.user))


async def on_profile(counter: Counter, body: Mapping[str, Any]) -> None:
    """Somebody is called otherwise, is in another zone, speaks another language, or is gone."""
    user, sender = part_of(part_of(body, "event"), "user"), sender_of(body)
    if sender is None:
        return
    profile = counter.people.note(sender.team, user)
    visit = await counter.visit(sender, body)
    if visit.known is None:
        return
    member, person = visit.known
    if user.get("deleted") is True:
        await visit.ask(Leave(member.id))
        return
    spoken = profile.language if text_at(user, "locale") else member.spoken
    if (profile.name, spoken) != (member.name, member.spoken):
        await visit.ask(Rename(member.id, profile.name, spoken), step=":name")
    if text_at(user, "tz") and profile.zone != person.zone:
        await visit.ask(ChangeSettings(member.id, zone=profile.zone), step=":settings")
    if spoken != member.spoken:
        counter.later.do(publish_home(counter, sender, body))


async def _in_private(visit: Visit, channel: str, text: str, ts: str) -> None:
    if visit.known is None:
        if await visit.is_new(""):  # not said to a member, should it come again once they are one
            visit.counter.later.insist(lambda: _invite(visit, text, "chat.postMessage", channel))
        return
    await _say(visit, text, source_of(channel, ts))


async def _say(visit: Visit, text: str, source: str) -> None:
    if what := wished(text):
        if await visit.is_new(":sure"):
            visit.counter.later.insist(lambda: _ask_if_sure(visit, what))
        return
    reply = await visit.ask(Say(visit.member, text, source), told=True)
    if isinstance(reply, Form) and await visit.is_new(":form"):
        visit.counter.later.insist(lambda: _offer_form(visit, reply))


async def _overheard(visit: Visit, channel: str, text: str, ts: str) -> None:
    """A sentence is looked at only if its author joined, and only where stewards switched listening on (`passing.py`).

    What calls us by our name comes as a mention as well, and is answered there.
    """
    if visit.known and text == _without_mention(text, _account(visit.body)):
        await visit.ask(Hear(visit.member, channel, typed(text), source_of(channel, ts)))


async def _reword(visit: Visit, event: Mapping[str, Any]) -> None:
    """What is asked about new words is asked where the old ones were written: in private, or beside their channel."""
    message, channel = part_of(event, "message"), text_at(event, "channel")
    if visit.known and text_at(message, "text") != text_at(event, "previous_message", "text"):
        words = text_at(message, "text")
        rest = _without_mention(words, _account(visit.body))
        private = text_at(event, "channel_type") == PRIVATE or words != rest
        source, text = source_of(channel, text_at(message, "ts")), typed(rest).strip()
        await visit.ask(Reword(visit.member, source, text, "" if private else channel), told=private)


async def _unsay(visit: Visit, channel: str, message: Mapping[str, Any]) -> None:
    """What was made of it goes with it, of somebody who has left as well."""
    await visit.ask(Unsay(visit.member, source_of(channel, text_at(message, "ts"))))


def _account(body: Mapping[str, Any]) -> str:
    """Our own account, as an event says. Source: https://docs.slack.dev/apis/events-api (`authorizations`)"""
    return text_at(first_of(body, "authorizations"), "user_id")


def _without_mention(text: str, account: str) -> str:
    """What is said besides our name."""
    return re.sub(f"\\s*<@{re.escape(account)}(?:\\|[^>]*)?>\\s*", " ", text) if account else text


async def _invite(visit: Visit, text: str, method: str, channel: str, **to: Any) -> None:
    """Who has not joined is told what this is, and that they may; guests, that they cannot. Raises: as `Api.post`.

    Who wishes us to be quiet, or writes what only a member can, is told where they stand instead.
    Not by the outbox, which keeps nothing of strangers: should we stop while it waits its turn, they write again.
    """
    with asked_again():
        profile = await visit.counter.people.profile(visit.team, visit.sender.user)
    if not profile.may_join:
        words = visit.say("refusal.not_here")
        blocks = [section(words)]
    elif is_of_members(text):
        words, blocks = await no_member(visit)
    else:
        words = visit.say("slack.hello")
        blocks = [section(words), *actions([button(visit.say("slack.join"), "join", style="primary")])]
    await visit.counter.api.post(method, team=visit.team, channel=channel, **_worded(words, blocks, method), **to)


async def _offer_form(visit: Visit, form: Form) -> None:
    """A window needs a press before it may open. Raises: as `Api.post`.

    Not by the outbox either: the button opens a form, and stands for nothing that we would keep.
    """
    label = visit.say(f"slack.form.{form.kind}")
    words, method = visit.say("slack.form"), "chat.postMessage"
    blocks = [section(words), *actions([button(label, form.kind, style="primary")])]
    await visit.counter.api.post(method, team=visit.team, channel=visit.sender.user, **_worded(words, blocks, method))


async def _ask_if_sure(visit: Visit, what: str) -> None:
    """To who wishes to leave, or to be forgotten: they press for it. Raises: as `Api.post`."""
    words, blocks = sure_of(visit, what)
    method = "chat.postMessage"
    await visit.counter.api.post(method, team=visit.team, channel=visit.sender.user, **_worded(words, blocks, method))


def _worded(words: str, blocks: list[Json], method: str) -> Json:
    """What `chat.postEphemeral` does not know of is left out there."""
    whispered = method == "chat.postEphemeral"
    quiet = {name: value for name, value in QUIET.items() if not (whispered and name.startswith("unfurl_"))}
    return {"text": escaped(calm(words)), "blocks": blocks, **quiet}
