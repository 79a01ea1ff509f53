"""The demonstration community: people, notices and ties from a file, put into an empty store as if it had lived."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.context import Context
from bot.domain.contacts import without_contacts
from bot.domain.ids import CommunityId, IntroductionId, MemberId, NoticeId, NudgeId, PersonId, TieId
from bot.domain.introductions import Answer, Introduction, Relation, Side, State
from bot.domain.members import Community, Member, Membership, Person
from bot.domain.notices import Kind, Notice, NoticeState, opened
from bot.domain.ties import Tie, TieState, next_nudge
from bot.usecases.settings import known_languages
from matching.reading import suggest
from matching.text import language_of

MONTH = timedelta(days=30)


@dataclass(frozen=True)
class Demonstration:
    """What the file says, with our identifiers."""

    content: Mapping[str, Any]

    @property
    def community(self) -> CommunityId:
        """Where it lives in the house."""
        return CommunityId(f"house:{self.content['community']['id']}")

    def member(self, account: str) -> MemberId:
        """The id of an account in the file."""
        return MemberId(f"{self.community}:{account}")

    def members(self) -> Sequence[tuple[MemberId, str, Sequence[str]]]:
        """Everybody: id, name, circles."""
        return [(self.member(m["id"]), m["name"], m["circles"]) for m in self.content["members"]]

    def chat(self, now: datetime) -> Sequence[tuple[MemberId, datetime, str]]:
        """The latest lines of the channel, oldest first."""
        return [
            (self.member(line["member"]), now - timedelta(minutes=line["minutes_ago"]), line["text"])
            for line in self.content["chat"]
        ]


async def furnish(demonstration: Demonstration, ctx: Context) -> None:
    """Put the whole community into the store. Its past asks nobody anything: only what newcomers post does."""
    given = demonstration.content["community"]
    listening = (given["channel"],)
    founded = ctx.now - 24 * MONTH
    await ctx.uow.communities.add(
        Community(demonstration.community, given["name"], given["language"], given["zone"], founded, listening)
    )
    people = {m["id"]: await _settle(demonstration, m, ctx) for m in demonstration.content["members"]}
    for entry in demonstration.content["notices"]:
        await ctx.uow.notices.add(_notice(people[entry["member"]], entry, ctx))
    for entry in demonstration.content["ties"]:
        await _tie(people[entry["members"][0]], people[entry["members"][1]], entry, ctx)


async def _settle(demonstration: Demonstration, entry: Mapping[str, Any], ctx: Context) -> Member:
    person = Person(
        PersonId(ctx.random.id()), entry["language"], entry["zone"],
        speaks=known_languages(entry["speaks"]),
    )  # fmt: skip
    member = Member(
        demonstration.member(entry["id"]), demonstration.community, person.id, entry["name"], Membership.JOINED,
        ctx.now - 24 * MONTH, tuple(entry["circles"]),
    )  # fmt: skip
    await ctx.uow.persons.add(person)
    await ctx.uow.members.add(member)
    return member


def _notice(member: Member, entry: Mapping[str, Any], ctx: Context) -> Notice:
    posted = ctx.now - timedelta(days=entry["days_ago"])
    card, _ = without_contacts(entry["text"])
    language = language_of(card, "fr")
    draft = Notice(
        id=NoticeId(ctx.random.id()),
        community=member.community,
        member=member.id,
        person=member.person,
        kind=Kind(entry["kind"]),
        state=NoticeState.DRAFT,
        text=entry["text"],
        card=card,
        language=language,
        created_at=posted,
        since=posted,
        topics=suggest(card, language),
        place=entry.get("place", ""),
        standing=entry.get("standing", False),
    )
    # Its waves have left already, and found nobody.
    settled = replace(opened(draft, posted, ctx.rules), waves=ctx.rules.waves, next_wave_at=None)
    due_at = settled.expires_at - ctx.rules.expiry_warning if settled.expires_at else None
    return replace(settled, due_at=due_at)


async def _tie(one: Member, other: Member, entry: Mapping[str, Any], ctx: Context) -> None:
    at = ctx.now - entry["months_ago"] * MONTH
    sides = tuple(
        Side(key=key, member=member.id, person=member.person, notice=None, answer=Answer.YES, answered_at=at)
        for key, member in zip("ab", (one, other), strict=True)
    )
    intro = Introduction(
        IntroductionId(ctx.random.id()), one.community, State.FOLLOWED_UP, Relation.ANSWERS, (sides[0], sides[1]),
        (), 1.0, at, at + ctx.rules.card_life, at,
    )  # fmt: skip
    topics = tuple(entry["topics"])
    tie = Tie(TieId(ctx.random.id()), one.community, intro.id, (one.id, other.id), topics, TieState.ALIVE, at)
    tie, nudge = next_nudge(replace(tie, step=1), id=NudgeId(ctx.random.id()), at=ctx.now, rules=ctx.rules)
    await ctx.uow.introductions.add(intro)
    await ctx.uow.ties.add(tie)
    if nudge:
        await ctx.uow.nudges.add(nudge)
