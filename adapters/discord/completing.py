"""What is suggested while somebody types a command."""

from adapters.discord.answering import Answer
from adapters.discord.counter import Counter, Visit
from adapters.discord.incoming import Act, text_at, typed_of
from adapters.discord.suggesting import Choice, notices, topics, zones


async def on_completion(counter: Counter, act: Act, answer: Answer) -> None:
    """Somebody is in the middle of an option. Raises: Missed."""
    asked = typed_of(act.data)
    visit = await counter.visit(act.sender)
    await answer.suggest(await _suggested(visit, asked.focused, text_at(asked.options, asked.focused)))


async def _suggested(visit: Visit, option: str, begun: str) -> list[Choice]:
    match option:
        case "zone":
            return zones(begun, visit.zone)
        case "topics":
            return topics(begun, visit.words.language)
        case "notice" if visit.known:
            me = await visit.counter.dispatch.me(visit.me)
            return notices(begun, me.notices, lambda notice: visit.counter.veil.over(visit.me, notice.id))
        case _:
            return []
