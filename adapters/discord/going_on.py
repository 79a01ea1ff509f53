"""What somebody began goes on, once they have answered what it waited for; also after a restart."""

from dataclasses import replace

from adapters.discord.answering import Answer
from adapters.discord.commanding import asked_for
from adapters.discord.counter import Visit
from adapters.discord.homes import answered
from adapters.discord.ids import guild_of
from adapters.discord.incoming import Typed
from adapters.discord.rendering import message
from adapters.discord.replying import Pages, Shown, placed, reply
from adapters.discord.talking import say
from adapters.discord.waiting import Begun, find
from adapters.discord.windows import form_of, wording
from bot.commands import EditNotice, from_json
from bot.domain.ids import NoticeId
from bot.errors import Refusal
from bot.messages import Form, Message


async def go_on(visit: Visit, answer: Answer, name: str, guild: str) -> bool:
    """Go on with what waited for this choice. Returns: whether anything did. Raises: Missed."""
    found = await find(visit, name)
    mine = await visit.counter.people.here(visit.sender.user)
    wanted = found[0].member if found else ""
    member = next((one for one in mine if (one == wanted if wanted else guild_of(one) == guild)), None)
    if found is None or member is None:
        return False
    begun, arrival = found
    if not wanted:  # chosen twice, it is done once for each community
        arrival = f"{arrival}:{member}"
    there = await visit.counter.visit(replace(visit.sender, arrival=arrival), member)
    if begun.then == "said":
        await _said(there, answer, begun)
    else:
        if begun.then == "keep":  # words of before cannot be had back
            await answer.acknowledge()
        await reply(there, answer, placed(there, _next(there, begun)), in_place=True)
    return True


async def _said(visit: Visit, answer: Answer, begun: Begun) -> None:
    there = await visit.counter.dispatch.community(visit.community)
    await answer.replace(message(visit.say("discord.which.chosen", name=there.name if there else "…")))
    await say(visit, begun.about["text"], begun.about["source"])


async def _next(visit: Visit, begun: Begun) -> Shown:
    match begun.then, begun.about:
        case "command", {"typed": typed, "own": own}:
            return await asked_for(visit, Typed(**typed), tuple(own))
        case "keep", {"command": command, "before": before}:
            edit = from_json(command)
            if not isinstance(edit, EditNotice) or not await _stands(visit, edit, before):
                raise Refusal("discord_begin_again")
            said = await visit.ask(edit, step=":kept")
            return Pages([answered(visit, said, "me.notices")]) if isinstance(said, Message) else None
        case "form", {"form": form, "topics": topics, "source": source}:
            return await form_of(visit, Form(**form), topics=tuple(topics), source=source)
        case _:
            raise Refusal("discord_begin_again")


async def _stands(visit: Visit, edit: EditNotice, before: str) -> bool:
    """Whether a notice reads as it did when its author checked how it would, or as they kept it. Raises: Refusal."""
    now = await visit.counter.dispatch.notice(visit.me, NoticeId(edit.notice))
    after, _ = await visit.counter.dispatch.preview_edit(edit)
    return wording(now) in (before, wording(after))
