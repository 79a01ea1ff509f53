from collections.abc import Sequence
from datetime import timedelta

import pytest

from adapters.chat.anew import catch_up, show_until_current
from adapters.chat.errors import DOWN, Unanswered
from adapters.store.memory_sendings import MemorySendings
from bot.domain.ids import MemberId
from bot.errors import TryLater
from bot.messages import Message
from bot.sendings import Sending
from tests.adapters.store.things import NOON

HOUR = timedelta(hours=1)


class Screen:
    """Shows what it is given, or fails as it is told to."""

    def __init__(self, *moods: Exception | None) -> None:
        self.moods = list(moods)
        self.shown: list[tuple[MemberId, str]] = []

    async def __call__(self, sending: Sending) -> None:
        if mood := self.moods.pop(0) if self.moods else None:
            raise mood
        self.shown += [(id, message.key) for id, message in sending.messages.items()]


async def changed(sendings: MemorySendings, *members: str, arrived: bool = True) -> Sequence[Sending]:
    """Each was handed a card, and answered it."""
    found: list[Sending] = []
    for id in map(MemberId, members):
        sent, _ = await sendings.begin("card", {id: Message("card", token="token")}, at=NOON)
        if arrived:
            await sendings.arrived(sent.mark, "D1", id)
        found += await sendings.replace(id, "token", Message("thanks"))
    return found


async def test_what_may_not_be_shown_is_shown_and_then_no_more() -> None:
    sendings, screen = MemorySendings(), Screen()
    await changed(sendings, "slack:T1:a", "slack:T1:b", "discord:1:c")

    await catch_up("slack", sendings, screen)
    await catch_up("slack", sendings, screen)

    assert sorted(screen.shown) == [("slack:T1:a", "thanks"), ("slack:T1:b", "thanks")]


@pytest.mark.parametrize(("trouble", "after"), [(TryLater(HOUR), HOUR), (Unanswered("broken"), DOWN)])
async def test_a_community_that_has_to_wait_keeps_no_other_waiting(trouble: Exception, after: timedelta) -> None:
    sendings, screen = MemorySendings(), Screen(trouble, trouble)
    await changed(sendings, "slack:T1:a", "slack:T1:b", "slack:T2:c", "slack:T3:d")

    with pytest.raises(TryLater) as late:
        await catch_up("slack", sendings, screen)
    assert late.value.after == after
    assert len({id.split(":")[1] for id, _ in screen.shown}) == len(screen.shown) == 1

    await catch_up("slack", sendings, screen)
    assert len(screen.shown) == 4


async def test_what_changes_while_it_is_shown_is_shown_again() -> None:
    sendings = MemorySendings()
    member = MemberId("slack:T1:a")
    sent, _ = await sendings.begin("card", {member: Message("card", token="token")}, at=NOON)
    await sendings.arrived(sent.mark, "D1", "1")
    (first,) = await sendings.replace(member, "token", Message("again", token="other"))
    shown: list[str] = []

    async def show(sending: Sending) -> None:
        shown.append(sending.messages[member].key)
        await sendings.replace(member, "other", Message("thanks"))

    await show_until_current(first, sendings, show)

    assert shown == ["again", "thanks"]
    assert await sendings.unshown("slack") == []


async def test_nothing_is_shown_of_what_is_gone_or_never_arrived() -> None:
    sendings, screen = MemorySendings(), Screen()
    await changed(sendings, "slack:T1:a", arrived=False)
    await catch_up("slack", sendings, screen)
    (gone,) = await changed(sendings, "slack:T1:b")
    await sendings.undo(gone.mark)
    await show_until_current(gone, sendings, screen)

    assert [id for id, _ in screen.shown] == ["slack:T1:b"]
