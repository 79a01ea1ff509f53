"""What a page asks beside the whole view: one notice of one's own, and names."""

import pytest

from bot.commands import DraftNotice, Leave
from bot.domain.ids import MemberId
from bot.domain.notices import NoticeState
from bot.errors import Refusal
from tests.world import World, in_memory


@pytest.fixture
async def world() -> World:
    return await in_memory().open()


async def test_a_draft_is_shown_to_its_author_alone(world: World) -> None:
    amina, marius = await world.join("Amina"), await world.join("Marius")
    await world.send(DraftNotice(amina, "offer", "Five thousand T-shirts", place="Brest"))
    async with world.store.reading() as uow:
        [draft] = await uow.notices.of_member(amina)

    seen = await world.dispatch.notice(amina, draft.id)

    assert (seen.state, seen.place) == (NoticeState.DRAFT, "Brest")
    with pytest.raises(Refusal, match="gone"):
        await world.dispatch.notice(marius, draft.id)


async def test_only_those_who_are_here_have_a_name(world: World) -> None:
    amina, marius = await world.join("Amina"), await world.join("Marius")
    await world.send(Leave(marius))

    assert await world.dispatch.names([amina, marius, amina, MemberId("house:test:ghost")]) == {amina: "Amina"}
    assert await world.dispatch.names([]) == {}
