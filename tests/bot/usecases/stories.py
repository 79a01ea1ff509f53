"""How the tests of the use cases begin: two people asked, two people who met."""

from bot.domain.ids import MemberId
from bot.domain.introductions import Introduction
from bot.domain.notices import Notice
from bot.domain.ties import Nudge, Tie
from tests.world import World

OFFER = "I have 5,000 T-shirts left over from a festival"
NEED = "nous cherchons des T-shirts pour une course solidaire"
CARD_OF_OFFERER = "card.answers.need"
CARD_OF_SEEKER = "card.answers.offer"


async def asked(world: World) -> tuple[MemberId, MemberId]:
    """Amina, who offers, and Luc, who needs: both have a card."""
    amina, luc = await world.join("Amina"), await world.join("Luc", "fr")
    await world.post(amina, OFFER)
    await world.post(luc, NEED)
    return amina, luc


async def met(world: World) -> tuple[MemberId, MemberId]:
    """The same two, introduced."""
    amina, luc = await asked(world)
    await world.press(amina, "yes")
    await world.press(luc, "yes")
    await world.travel(minutes=1)
    assert await world.openings(amina) == 1
    return amina, luc


async def intro_of(world: World, member: MemberId) -> Introduction:
    """The newest introduction of a member."""
    async with world.store.reading() as uow:
        return (await uow.introductions.of_member(member))[0]


async def tie_of(world: World, member: MemberId) -> Tie:
    """The newest tie of a member."""
    async with world.store.reading() as uow:
        return (await uow.ties.of_member(member))[0]


async def nudges_of(world: World, tie: Tie) -> list[Nudge]:
    """All nudges of a tie, newest first."""
    async with world.store.reading() as uow:
        return list(await uow.nudges.of_tie(tie.id))


async def notices_of(world: World, member: MemberId) -> list[Notice]:
    """A member's notices, newest first."""
    async with world.store.reading() as uow:
        return list(await uow.notices.of_member(member))


async def blocked(world: World, one: MemberId, other: MemberId) -> bool:
    """Whether these two are kept apart."""
    async with world.store.reading() as uow:
        return bool(await uow.blocks.between([one], [other]))
