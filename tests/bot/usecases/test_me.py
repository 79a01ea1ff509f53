"""What a member sees of themselves."""

import pytest

from bot.commands import DraftNotice
from bot.domain.notices import NoticeState
from bot.errors import Refusal
from tests.world import World


async def test_a_draft_is_shown_to_its_author_alone(world: World) -> None:
    amina, marius = await world.join("Amina"), await world.join("Marius")
    await world.send(DraftNotice(amina, "offer", "Five thousand T-shirts", place="Brest"))
    async with world.store.reading() as uow:
        [draft] = await uow.notices.of_member(amina)

    seen = await world.dispatch.notice(amina, draft.id)

    assert (seen.state, seen.place) == (NoticeState.DRAFT, "Brest")
    assert (await world.dispatch.me(amina)).notices == ()
    with pytest.raises(Refusal, match="gone"):
        await world.dispatch.notice(marius, draft.id)
