"""The Home tab: everything of mine in one place. Source: https://docs.slack.dev/surfaces/app-home"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from adapters.slack.counter import Counter, Visit
from adapters.slack.home import home, welcome
from adapters.slack.home_lists import Pages
from adapters.slack.ids import member_of
from adapters.slack.incoming import Sender, part_of, sender_of, text_at
from bot.domain.ids import TieId
from bot.errors import Refusal
from bot.messages import CARD, Message
from bot.text.said import Said
from bot.views import TieView

#: What can be chosen on a card that was not answered.
ASKS: Final = "yes"


async def on_home(counter: Counter, body: Mapping[str, Any]) -> None:
    """Somebody opens the tab."""
    sender = sender_of(body)
    if sender and not sender.outside and text_at(part_of(body, "event"), "tab") == "home":
        counter.later.do(publish_home(counter, sender, body))


async def publish_home(
    counter: Counter,
    sender: Sender,
    body: Mapping[str, Any],
    *,
    said: Message | None = None,
    pages: Pages | None = None,
) -> None:
    """Show the tab as it is now, with what was just said at its top. Raises: as `Api.show`.

    What is shown last is what was read last, however quickly one thing follows another.
    """
    async with counter.turns.of(member_of(sender.team, sender.user)):
        visit = await counter.visit(sender, body)
        if visit.known is None:
            may_join = await _may_join(visit)
            left = await counter.dispatch.has_left(visit.member)
            view = welcome(visit.words, may_join=may_join, left=left, said=visit.put(said) if said else None)
        else:
            view = await _mine(visit, said, pages)
        await counter.api.show("views.publish", team=visit.team, user_id=sender.user, view=view)


async def _may_join(visit: Visit) -> bool:
    """Where Slack does not say yet, they may try: joining asks again."""
    try:
        return (await visit.profile()).may_join
    except Refusal:
        return True


async def tie_of(visit: Visit, id: str) -> TieView:
    """One of my ties. Raises: Refusal for one that is gone."""
    me = await visit.counter.dispatch.me(visit.member)
    found = next((tie for tie in me.ties if tie.id == TieId(id)), None)
    if found is None:
        raise Refusal("gone")
    return found


async def _mine(visit: Visit, said: Message | None, pages: Pages | None) -> Any:
    me = await visit.counter.dispatch.me(visit.member)
    charter = await visit.counter.dispatch.charter(visit.community)
    things = [*(notice.id for notice in me.notices), *(tie.id for tie in me.ties)]
    names = {id: visit.counter.veil.over(visit.member, id) for id in things}
    cards = await _open_cards(visit)
    return home(
        me,
        visit.words,
        visit.now,
        waiting=[said for card, said in cards if ASKS in card.choices],
        answered=[said for card, said in cards if ASKS not in card.choices],
        names=names,
        charter=charter,
        said=visit.put(said) if said else None,
        pages=pages,
        steward=visit.member in me.community.stewards or await visit.seems_admin(),
    )


async def _open_cards(visit: Visit) -> Sequence[tuple[Message, Said]]:
    """The cards that can be answered, or answered otherwise, as they stand in our conversation; next to end first."""
    shown = [one.messages[visit.member] for one in await visit.counter.sendings.shown_to(visit.member)]
    parts = [part for message in shown for part in (message, *message.parts)]
    cards = [part for part in parts if part.key.startswith(CARD) and part.choices and part.has_open_card(visit.now)]
    return [(card, visit.put(card)) for card in sorted(cards, key=lambda card: (card.closes_at, card.token))]
