"""Why these two: one plain sentence, made of what was stored with the proposal (B8)."""

from bot.context import Context
from bot.domain.ids import MemberId
from bot.domain.introductions import OPEN_STATES, Introduction, Relation
from bot.messages import Message, Phrase, Reply
from matching.topics import word_for


def reason(intro: Introduction) -> Phrase:
    """The reason in plain words, the same whenever it is asked for."""
    values = {ground.kind: ground.values for ground in intro.grounds}
    topics = tuple(Phrase(f"topic.{key}") for key in values.get("topic", ()))
    written = values.get("terms", ())
    terms = tuple(map(_in_their_language, written, values.get("concepts", ("",) * len(written))))
    if intro.relation is Relation.SAME_NEED and (terms or topics):
        return Phrase("reason.same_need", {"subject": terms or topics})
    if terms and topics:
        return Phrase("reason.terms_and_topic", {"terms": terms, "topics": topics})
    if terms:
        return Phrase("reason.terms", {"terms": terms})
    if not topics and "meaning" in values:
        return Phrase("reason.meaning")
    if not topics:  # gone with the words of somebody who was forgotten
        return Phrase("redacted")
    return Phrase("reason.topic", {"topics": topics})


def _in_their_language(written: str, concept: str) -> str | Phrase:
    """A shared word as each reader would say it, if the thesaurus knows it; else as it was written."""
    return Phrase(f"word.{concept}") if word_for(concept, "en") else written


async def why(member: MemberId, text: str, ctx: Context) -> Reply:
    """`/why`: the reasons of the cards that are open for me, newest first."""
    await ctx.joined(member)
    intros = [i for i in await ctx.uow.introductions.of_member(member) if i.state in OPEN_STATES]
    open_ones = [i for i in intros if ctx.now < i.expires_at and i.grounds]
    if not open_ones:
        return Message("why.nothing")
    others = {i.other(i.side_of(member)).member for i in open_ones}
    about = tuple(other for other in others if other)
    return Message("why.open", {"count": len(open_ones), "lines": tuple(map(reason, open_ones[:5]))}, about=about)
