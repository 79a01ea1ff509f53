"""Communities full of people who have joined and ask for nothing now, some of whom offer something."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from adapters.store.sql import SqlStore
from bot.domain.ids import CommunityId, MemberId, NoticeId, PersonId
from bot.domain.members import Member, Membership, Person
from bot.domain.notices import Kind, Notice, NoticeState, end_of, scheduled
from bot.domain.rules import Rules

#: One of so many offers something.
OFFERS: Final = 10
CONSONANTS: Final = "bcdfghjklmnpqrstvwxyz"


async def crowded(
    store: SqlStore, communities: Sequence[CommunityId], members: int, now: datetime, rules: Rules
) -> None:
    """Let so many people be in each community, a transaction for each: what they offer fits no need, and was looked at.

    The platform knows nothing of them, and is not asked.
    """
    chance = random.Random(17)
    for community in communities:
        async with store.unit_of_work() as uow:
            for number in range(members):
                person = Person(PersonId(f"{community}:{number}"), "en", "Europe/Paris")
                member = _joined(community, person, number, now)
                await uow.persons.add(person)
                await uow.members.add(member)
                if number % OFFERS == 0:
                    await uow.notices.add(_offered(member, made_up(chance), now, rules))
            await uow.commit()


def made_up(chance: random.Random) -> str:
    """A word like no other."""
    return "".join(chance.choices(CONSONANTS, k=12)).capitalize()


def _joined(community: CommunityId, person: Person, number: int, now: datetime) -> Member:
    id = MemberId(f"{community}:idle{number}")
    return Member(id, community, person.id, f"Idle {number}", Membership.JOINED, now)


def _offered(member: Member, word: str, now: datetime, rules: Rules) -> Notice:
    text = f"I can offer some {word}"
    offer = Notice(
        NoticeId(member.id), member.community, member.id, member.person, Kind.OFFER, NoticeState.OPEN, text, text, "en",
        created_at=now, since=now, waves=1,
    )  # fmt: skip
    return scheduled(replace(offer, expires_at=end_of(offer, now, rules)), rules)
