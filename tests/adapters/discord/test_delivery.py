"""Many messages through bad lines and to people who cannot be reached (F3, F17)."""

from collections.abc import AsyncIterator

import pytest

from adapters.chat.errors import Forbidden
from adapters.discord.invalid import AT_MOST
from bot.domain.ids import MemberId
from bot.errors import TryLater
from tests.adapters.discord.post import OPENING, Post
from tests.platforms.discord.faults import broken, drop_after, drop_before
from tests.platforms.discord.limits import NO_LIMITS

POSTED = "POST /channels/{channel}/messages"
PAIRS = 15


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    async with Post(limits=NO_LIMITS) as post:
        yield post


@pytest.mark.parametrize("minutes", [0.2, 5], ids=["at once", "once the nonces are forgotten"])
@pytest.mark.parametrize("fault", [drop_after, drop_before], ids=["applied", "not applied"])
async def test_one_line_in_five_drops_and_all_arrives_once(post: Post, minutes: float, fault: type) -> None:
    people = [await post.member(f"p{number}") for number in range(2 * PAIRS)]
    pairs = [(people[at], people[at + 1]) for at in range(0, len(people), 2)]
    post.fake.faults.plan(POSTED, fault(), times=None, share=0.2, seed=11)
    waiting: dict[str, tuple[MemberId, ...]] = {
        f"card:{number}": (member,) for number, (_, member) in enumerate(people)
    }
    waiting |= {f"opening:{number}": (a, b) for number, ((_, a), (_, b)) in enumerate(pairs)}

    for _ in range(20):
        for key, members in list(waiting.items()):
            try:
                if len(members) == 1:
                    await post.tell(members[0], key=key)
                else:
                    await post.platform.bring_together(dict.fromkeys(members, OPENING), key=key)
                del waiting[key]
            except TryLater:
                continue
        await post.world.travel(minutes=minutes)
        post.fake.travel(minutes=minutes)
        if not waiting:
            break

    assert waiting == {}
    assert [len(person.dms) for person, _ in people] == [2] * len(people)


async def test_a_third_of_all_people_closed_their_messages(post: Post) -> None:
    people = [await post.member(f"p{number}", dms=number % 3 != 0) for number in range(60)]

    for key in ("one", "two", "three"):
        for _, member in people:
            await post.tell(member, key=key)

    assert post.fake.invalid_requests == 20
    assert all(len(person.dms) == (0 if number % 3 == 0 else 3) for number, (person, _) in enumerate(people))


async def test_before_there_are_too_many_invalid_requests_we_stop(post: Post) -> None:
    people = [await post.member(f"p{number}", dms=False) for number in range(AT_MOST + 20)]

    later = 0
    for _, member in people:
        try:
            await post.tell(member)
        except TryLater:
            later += 1

    assert post.fake.invalid_requests == AT_MOST < 100
    assert later == 20


async def test_a_dead_token_gets_one_call_then_none(post: Post) -> None:
    people = [await post.member(name) for name in ("ana", "luc")]
    await post.tell(people[0][1])
    post.fake.revoke_token()
    before = len(post.fake.calls)

    for _ in range(3):
        for _, member in people:
            with pytest.raises(Forbidden):
                await post.tell(member, key="another")

    assert len(post.fake.calls) - before == 1
    assert post.api.refusal == "401"


async def test_an_error_of_discords_is_no_second_message(post: Post) -> None:
    """discord.py itself asks again after it, under the same nonce."""
    ana, member = await post.member("ana")
    post.fake.faults.plan(POSTED, broken(502, applied=True), times=1)

    await post.tell(member)

    assert len(ana.dms) == 1
    assert post.fake.counted(POSTED) == 2
