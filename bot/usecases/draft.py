"""Prepare a need or an offer: clean it, leave contact details out, suggest topics, show what a card would say."""

from collections.abc import Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from bot.commands import DraftNotice, EditNotice
from bot.context import Context
from bot.domain.contacts import without_contacts
from bot.domain.ids import NoticeId
from bot.domain.members import Member, Person
from bot.domain.notices import LIVE, Kind, Notice, NoticeState, Reach, end_of, scheduled
from bot.domain.rules import DAY
from bot.domain.tokens import Purpose
from bot.domain.words import clean
from bot.errors import Refusal
from bot.messages import Message, Phrase
from matching.reading import suggest
from matching.text import language_of
from matching.topics import labels

TEXT_LIMIT = 1000
PLACE_LIMIT = 80
TOPIC_LIMIT = 3
#: Two notices of one member that are as alike as this, in percent, are taken for the same (A11).
ALIKE = 90
#: What is said instead of a preview to somebody who has posted the same already.
TWIN = "draft.twin"


async def draft_notice(command: DraftNotice, ctx: Context, *, sure: bool = True) -> Message:
    """Keep a draft for a short while and show its author the words of the card (C1).

    Args: `sure` is False when its author has not said yet whether it is a need or an offer.
    """
    member, person = await ctx.joined(command.member)
    notice = written(command, member, person, ctx)
    own = await ctx.uow.notices.of_member(member.id)
    if sure:
        within_limit(notice, own, ctx)
    if sum(ctx.now - other.created_at < DAY for other in own) >= ctx.rules.notices_a_day:
        raise Refusal("too_many_today", count=ctx.rules.notices_a_day)
    await ctx.uow.notices.add(scheduled(notice, ctx.rules))
    return await preview(notice, ctx, twin=find_twin(notice, own))


def written(command: DraftNotice, member: Member, person: Person, ctx: Context) -> Notice:
    """The draft that a command describes, cleaned. Raises: Refusal when nothing can be made of the text."""
    text = clean(command.text, TEXT_LIMIT)
    place = clean(command.place, PLACE_LIMIT) if command.place.strip() else ""
    card, left_out = without_contacts(text)
    if not any(char.isalnum() for char in card):
        raise Refusal("only_contacts" if left_out else "empty")
    language = command.language or language_of(card, person.language)
    return Notice(
        id=NoticeId(ctx.random.id()),
        community=member.community,
        member=member.id,
        person=person.id,
        kind=kind_of(command.kind),
        state=NoticeState.DRAFT,
        text=text,
        card=card,
        language=language,
        created_at=ctx.now,
        since=ctx.now,
        topics=suggest(card, language) if command.topics is None else known_topics(command.topics),
        place=without_contacts(place)[0],
        reach=reach_of(command.reach),
        standing=command.standing and command.kind == Kind.OFFER,
        source=command.source,
    )


async def edit_notice(command: EditNotice, ctx: Context) -> Message:
    """Rewrite one of my notices in place; asks already out keep the words that they were sent with.

    A draft makes room for another, so that no button under the words before can approve these.
    """
    notice = await own_notice(NoticeId(command.notice), command.member, ctx)
    after = await rewritten(command, notice, ctx)
    if after.state is not NoticeState.DRAFT:
        return await change_words(notice, after, ctx)
    retired = await forget_draft(notice, ctx)
    other = scheduled(replace(after, id=NoticeId(ctx.random.id()), since=ctx.now), ctx.rules)
    await ctx.uow.notices.add(other)
    return replace(await preview(other, ctx), retires=tuple(retired))


async def forget_draft(draft: Notice, ctx: Context) -> Sequence[str]:
    """Forget a draft, and the question about it if it was not shown yet. Returns: hashes of its previews' tokens."""
    hashes = await ctx.uow.tokens.about(draft.member, Purpose.DRAFT, draft.id)
    for hash in hashes:
        await ctx.uow.outbox.drop(asking_key(hash))
    await ctx.uow.notices.remove(draft.id)
    return hashes


async def change_words(notice: Notice, to: Notice, ctx: Context) -> Message:
    """Give a notice that stands the words that its author approved, and what goes with them."""
    after = with_words(notice, to)
    if after.state is NoticeState.OPEN and after.standing != notice.standing:
        after = replace(after, expires_at=end_of(after, ctx.now, ctx.rules))
    await ctx.uow.notices.save(scheduled(after, ctx.rules))
    return Message("notice.edited", {"card": after.card})


def with_words(notice: Notice, of: Notice) -> Notice:
    """The notice with the words of another, and with what goes with them."""
    return replace(
        notice, text=of.text, card=of.card, language=of.language, topics=of.topics, place=of.place, reach=of.reach,
        standing=of.standing,
    )  # fmt: skip


def asking_key(token_hash: str) -> str:
    """Under which key a draft that nobody asked for waits in the outbox to be shown, by its preview's token."""
    return f"{token_hash}:heard"


async def preview_edit(command: EditNotice, ctx: Context) -> tuple[Notice, tuple[str, ...]]:
    """What a notice would become, and the kinds of contact details that it would leave out. Nothing is kept."""
    after = await rewritten(command, await own_notice(NoticeId(command.notice), command.member, ctx), ctx)
    left_out = {*without_contacts(command.text)[1], *without_contacts(command.place)[1]}
    return after, tuple(sorted(left_out))


async def rewritten(command: EditNotice, notice: Notice, ctx: Context) -> Notice:
    """The notice as a command rewrites it, cleaned. Raises: Refusal when nothing can be made of the text."""
    member, person = await ctx.joined(command.member)
    draft = DraftNotice(
        command.member, notice.kind, command.text, command.place, command.reach, command.standing, command.topics,
        command.language,
    )  # fmt: skip
    return with_words(notice, written(draft, member, person, ctx))


async def preview(notice: Notice, ctx: Context, *, twin: Notice | None = None) -> Message:
    """What a card would say, with what was left out and what was understood."""
    until = notice.since + ctx.rules.draft_life
    token = await ctx.token(notice.member, Purpose.DRAFT, notice.id, until)
    if twin is not None:
        return Message(TWIN, {"card": twin.card}, ("post", "discard"), token, closes_at=until)
    _, found = without_contacts(notice.text)
    details: list[Phrase] = []
    if notice.topics:
        details.append(Phrase("draft.topics", {"topics": tuple(Phrase(f"topic.{key}") for key in notice.topics)}))
    if notice.place:
        details.append(Phrase("draft.place", {"place": notice.place}))
    if notice.reach is not Reach.COMMUNITY:
        details.append(Phrase(f"draft.reach.{notice.reach}"))
    if found:
        details.append(Phrase("draft.left_out", {"what": tuple(Phrase(f"contact.{kind}") for kind in found)}))
    return Message(
        f"draft.preview.{notice.kind}",
        {"card": notice.card, "details": tuple(details)},
        ("post", "edit", "discard"),
        token,
        closes_at=until,
    )


async def own_notice(id: NoticeId, owner: str, ctx: Context) -> Notice:
    """One of my notices. Raises: Refusal for one that is not mine, in the same words as for none."""
    notice = await ctx.uow.notices.find(id)
    if notice is None or notice.member != owner:
        raise Refusal("gone")
    return notice


def kind_of(name: str) -> Kind:
    """The kind of that name. Raises: Refusal for another word."""
    if name not in set(Kind):
        raise Refusal("unreadable")
    return Kind(name)


def reach_of(name: str) -> Reach:
    """The reach of that name. Raises: Refusal for another word."""
    if name not in set(Reach):
        raise Refusal("unreadable")
    return Reach(name)


def known_topics(keys: tuple[str, ...]) -> tuple[str, ...]:
    """Those of these topics that exist, once each, at most three."""
    known = labels("en")
    return tuple(dict.fromkeys(key for key in keys if key in known))[:TOPIC_LIMIT]


def find_twin(notice: Notice, own: Sequence[Notice]) -> Notice | None:
    """An open notice of the same member and kind that says the same (A11)."""
    alike = (
        other
        for other in own
        if other.kind is notice.kind
        and other.state in LIVE
        and fuzz.token_sort_ratio(other.card.casefold(), notice.card.casefold()) >= ALIKE
    )
    return next(alike, None)


def within_limit(notice: Notice, own: Sequence[Notice], ctx: Context) -> None:
    """Whether one more of this kind may stand. Raises: Refusal when its author has enough of them."""
    live = sum(other.kind is notice.kind and other.state in LIVE and other.id != notice.id for other in own)
    limit = ctx.rules.open_needs if notice.kind is Kind.NEED else ctx.rules.open_offers
    if live >= limit:
        raise Refusal(f"too_many.{notice.kind}", count=limit)
