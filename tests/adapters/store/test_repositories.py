"""What every repository promises, on every store."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.charters import Charter
from bot.domain.ids import CommunityId, IntroductionId, MemberId, NoticeId, NudgeId, PersonId, ReportId, TieId
from bot.domain.introductions import State
from bot.domain.notices import NoticeState
from bot.domain.ties import TieState
from bot.errors import Refusal, Stale
from bot.ports import Arrival, Store
from tests.adapters.store.things import (
    AMINA,
    BELA,
    CHLOE,
    COMMUNITY,
    HOME,
    HOUR,
    INTRODUCTION,
    MEMBER,
    NOON,
    NOTICE,
    NUDGE,
    PERSON,
    REPORT,
    TIE,
    TOKEN,
    asked,
)

ONE_OF_EACH = [
    ("communities", COMMUNITY),
    ("persons", PERSON),
    ("members", MEMBER),
    ("notices", NOTICE),
    ("introductions", INTRODUCTION),
    ("ties", TIE),
    ("nudges", NUDGE),
    ("reports", REPORT),
]


async def keep(store: Store, **things: Any) -> None:
    async with store.unit_of_work() as uow:
        for name, kept in things.items():
            for thing in kept if isinstance(kept, (list, tuple)) else [kept]:
                await getattr(uow, name).add(thing)
        await uow.commit()


@pytest.mark.parametrize(("name", "thing"), ONE_OF_EACH)
async def test_a_thing_comes_back_as_it_went(store: Store, name: str, thing: Any) -> None:
    await keep(store, **{name: thing})

    async with store.reading() as uow:
        assert await getattr(uow, name).find(thing.id) == thing
        assert await getattr(uow, name).get(thing.id) == thing


@pytest.mark.parametrize(("name", "thing"), ONE_OF_EACH)
async def test_what_is_not_there_is_gone(store: Store, name: str, thing: Any) -> None:
    async with store.reading() as uow:
        assert await getattr(uow, name).find("nobody") is None
        with pytest.raises(Refusal, match="gone"):
            await getattr(uow, name).get("nobody")


@pytest.mark.parametrize(("name", "thing"), ONE_OF_EACH)
async def test_the_second_writer_is_told(store: Store, name: str, thing: Any) -> None:
    await keep(store, **{name: thing})
    async with store.unit_of_work() as uow:
        after = await getattr(uow, name).save(thing)
        assert after == replace(thing, version=1)
        await uow.commit()

    async with store.unit_of_work() as uow:
        with pytest.raises(Stale):
            await getattr(uow, name).save(thing)


@pytest.mark.parametrize(("name", "thing"), ONE_OF_EACH)
async def test_an_id_is_used_once(store: Store, name: str, thing: Any) -> None:
    await keep(store, **{name: thing})

    async with store.unit_of_work() as uow:
        with pytest.raises(Stale):
            await getattr(uow, name).add(thing)


@pytest.mark.parametrize(("name", "thing"), ONE_OF_EACH)
async def test_leaving_without_commit_undoes(store: Store, name: str, thing: Any) -> None:
    with pytest.raises(ZeroDivisionError):
        async with store.unit_of_work() as uow:
            await getattr(uow, name).add(thing)
            assert await getattr(uow, name).get(thing.id) == thing
            raise ZeroDivisionError

    async with store.unit_of_work() as uow:
        assert await getattr(uow, name).find(thing.id) is None


async def test_readers_do_not_wait_and_see_what_was_committed(store: Store) -> None:
    await keep(store, members=MEMBER)

    async with store.unit_of_work() as writing, store.reading() as reading:
        await writing.members.save(replace(MEMBER, name="Other"))
        assert await reading.members.get(AMINA) == MEMBER
        await writing.commit()


async def test_a_reader_cannot_commit(store: Store) -> None:
    async with store.reading() as uow:
        with pytest.raises(RuntimeError):
            await uow.commit()


async def test_several_at_once(store: Store) -> None:
    other = replace(MEMBER, id=BELA, person=PersonId("p-bela"))
    await keep(store, members=[MEMBER, other], persons=PERSON, notices=NOTICE)

    async with store.reading() as uow:
        assert await uow.members.among([AMINA, BELA, AMINA, CHLOE]) == {AMINA: MEMBER, BELA: other}
        assert await uow.persons.among([PERSON.id]) == {PERSON.id: PERSON}
        assert await uow.notices.among([NOTICE.id]) == {NOTICE.id: NOTICE}
        assert await uow.members.among([]) == {}


async def test_communities_and_their_members(store: Store) -> None:
    other = replace(COMMUNITY, id=CommunityId("house:autre"))
    twin = replace(MEMBER, id=MemberId("house:autre:amina"), community=CommunityId("house:autre"))
    await keep(store, communities=[COMMUNITY, other], members=[MEMBER, twin])

    async with store.reading() as uow:
        assert list(await uow.communities.all()) == [other, COMMUNITY]
        assert list(await uow.members.in_community(HOME)) == [MEMBER]
        assert list(await uow.members.accounts(PERSON.id)) == [twin.id, MEMBER.id]


async def test_people_and_notices_can_be_removed(store: Store) -> None:
    await keep(store, persons=PERSON, members=MEMBER, notices=NOTICE)

    async with store.unit_of_work() as uow:
        await uow.persons.remove(PERSON.id)
        await uow.members.remove(AMINA)
        await uow.notices.remove(NOTICE.id)
        await uow.notices.remove(NoticeId("never there"))
        await uow.commit()

    async with store.reading() as uow:
        assert not await uow.persons.among([PERSON.id])
        assert not await uow.members.in_community(HOME)
        assert not await uow.notices.of_member(AMINA)


async def test_notices_of_a_member_and_those_due(store: Store) -> None:
    later = replace(NOTICE, id=NoticeId("n0"), created_at=NOON + HOUR, due_at=NOON)
    never = replace(NOTICE, id=NoticeId("n2"), member=BELA, due_at=None, state=NoticeState.DRAFT)
    await keep(store, notices=[NOTICE, later, never])

    async with store.reading() as uow:
        assert list(await uow.notices.of_member(AMINA)) == [later, NOTICE]
        assert list(await uow.notices.due(NOON + HOUR, 10)) == ["n0", "n1"]
        assert list(await uow.notices.due(NOON + HOUR, 1)) == ["n0"]
        assert list(await uow.notices.due(NOON, 10)) == ["n0"]


async def test_two_people_are_asked_once_at_a_time(store: Store) -> None:
    await keep(store, introductions=asked("i1"))

    async with store.unit_of_work() as uow:
        with pytest.raises(Stale):
            await uow.introductions.add(asked("i2", "bela", "amina"))
    async with store.unit_of_work() as uow:
        await uow.introductions.save(replace(asked("i1"), state=State.EXPIRED))
        await uow.introductions.add(asked("i2", "bela", "amina"))
        await uow.commit()
    async with store.unit_of_work() as uow:
        with pytest.raises(Stale):
            await uow.introductions.save(replace(asked("i1"), state=State.AGREED, version=1))


async def test_an_introduction_outlives_who_was_forgotten(store: Store) -> None:
    await keep(store, introductions=asked("i1"))
    a, b = asked("i1").sides
    gone = replace(asked("i1"), sides=(a, replace(b, member=None, person=None, notice=None)))

    async with store.unit_of_work() as uow:
        await uow.introductions.save(gone)
        await uow.introductions.add(asked("i2"))
        await uow.commit()

    async with store.reading() as uow:
        assert (await uow.introductions.get(IntroductionId("i1"))).sides == gone.sides
        assert [i.id for i in await uow.introductions.of_member(BELA)] == ["i2"]


async def test_introductions_are_found_by_their_sides(store: Store) -> None:
    one = asked("i1")
    two = asked("i2", "chloe", "amina", asked_at=NOON + HOUR, due_at=NOON)
    await keep(store, introductions=[one, two])

    async with store.reading() as uow:
        assert list(await uow.introductions.of_member(AMINA)) == [two, one]
        assert list(await uow.introductions.of_notice(NoticeId("n-bela"))) == [one]
        both = [PersonId("p-bela"), PersonId("p-chloe")]
        assert list(await uow.introductions.of_person(both[0])) == [one]
        assert await uow.introductions.open_asks(both) == {both[0]: 1, both[1]: 1}
        assert await uow.introductions.open_asks([]) == {}
        assert list(await uow.introductions.due(NOON + HOUR, 10)) == ["i2", "i1"]


async def test_ties_notes_nudges_and_reports(store: Store) -> None:
    other = replace(TIE, id=TieId("t2"), introduction=IntroductionId("i2"), members=(AMINA, None), since=NOON + HOUR)
    nudges = [NUDGE, replace(NUDGE, id=NudgeId("u2"), due_at=NOON), replace(NUDGE, id=NudgeId("u3"), due_at=None)]
    await keep(store, ties=[TIE, other], nudges=nudges, reports=[REPORT, replace(REPORT, id=ReportId("r2"), by=None)])

    async with store.unit_of_work() as uow:
        assert list(await uow.ties.of_member(AMINA)) == [other, TIE]
        assert list(await uow.ties.of_member(BELA)) == [TIE]
        assert await uow.ties.of_introduction(IntroductionId("i1")) == TIE
        assert await uow.ties.of_introduction(IntroductionId("i9")) is None
        assert [n.id for n in await uow.nudges.of_tie(TIE.id)] == ["u3", "u2", "u1"]
        assert list(await uow.nudges.due(NOON + HOUR, 5)) == ["u2", "u1"]
        assert list(await uow.reports.by_member(AMINA)) == [REPORT]
        assert await uow.ties.partners([AMINA, BELA, CHLOE]) == {AMINA: {BELA}, BELA: {AMINA}}
        assert await uow.ties.partners([BELA]) == {BELA: {AMINA}}
        assert await uow.ties.partners([]) == {}
        await uow.ties.save(replace(other, members=(CHLOE, AMINA), state=TieState.ENDED))
        assert await uow.ties.partners([CHLOE]) == {}
        ended = await uow.ties.save(replace(TIE, state=TieState.ENDED, members=(None, AMINA)))
        assert await uow.ties.get(TIE.id) == ended


async def test_an_introduction_leaves_one_tie(store: Store) -> None:
    await keep(store, ties=TIE)

    async with store.unit_of_work() as uow:
        with pytest.raises(Stale):
            await uow.ties.add(replace(TIE, id=TieId("t2")))


async def test_a_private_note_is_its_authors(store: Store) -> None:
    async with store.unit_of_work() as uow:
        await uow.ties.write_note(TIE.id, AMINA, "likes tea")
        await uow.ties.write_note(TIE.id, AMINA, "likes green tea")
        assert await uow.ties.note(TIE.id, AMINA) == "likes green tea"
        assert await uow.ties.note(TIE.id, BELA) == ""
        await uow.ties.write_note(TIE.id, AMINA, "")
        assert await uow.ties.note(TIE.id, AMINA) == ""


async def test_blocks_work_both_ways_and_are_taken_back_by_their_author(store: Store) -> None:
    async with store.unit_of_work() as uow:
        await uow.blocks.add(AMINA, BELA, NOON)
        await uow.blocks.add(AMINA, BELA, NOON)
        assert await uow.blocks.between([AMINA], [BELA, CHLOE]) == {BELA}
        assert await uow.blocks.between([CHLOE, BELA], [AMINA]) == {AMINA}
        assert await uow.blocks.between([], [AMINA]) == frozenset()
        await uow.blocks.remove(BELA, AMINA)
        assert await uow.blocks.between([BELA], [AMINA]) == {AMINA}
        await uow.blocks.remove(AMINA, BELA)
        assert await uow.blocks.between([BELA], [AMINA]) == frozenset()


async def test_tokens_are_found_forgotten_and_pruned(store: Store) -> None:
    async with store.unit_of_work() as uow:
        for token in (TOKEN, replace(TOKEN, hash="h2", expires_at=NOON), replace(TOKEN, hash="h3", member=BELA)):
            await uow.tokens.add(token)
        assert await uow.tokens.find("h1") == TOKEN
        await uow.tokens.prune(NOON + HOUR)
        assert await uow.tokens.find("h2") is None
        await uow.tokens.forget(AMINA)
        assert await uow.tokens.find("h1") is None
        assert await uow.tokens.find("h3")


async def test_a_token_hash_is_used_once(store: Store) -> None:
    async with store.unit_of_work() as uow:
        await uow.tokens.add(TOKEN)
        with pytest.raises(Stale):
            await uow.tokens.add(TOKEN)


async def test_each_arrival_is_handled_once(store: Store) -> None:
    async with store.unit_of_work() as uow:
        first = await uow.inbox.receive("slack", "E1", {"text": "é"}, NOON)
        assert first is not None
        assert first == Arrival(first.id, done=False)
        assert await uow.inbox.receive("slack", "E1", {"text": "é"}, NOON) == first
        assert (await uow.inbox.receive("house", "E1", {}, NOON + HOUR)).id != first.id
        assert list(await uow.inbox.unfinished(NOON + HOUR, 9)) == [(first.id, {"text": "é"})]
        assert await uow.inbox.finish(first.id, NOON, {"said": "à"})
        assert not await uow.inbox.finish(first.id, NOON)
        assert await uow.inbox.receive("slack", "E1", {}, NOON) == Arrival(first.id, done=True, reply={"said": "à"})
        await uow.inbox.forget_replies()
        assert await uow.inbox.receive("slack", "E1", {}, NOON) == Arrival(first.id, done=True)
        assert list(await uow.inbox.unfinished(NOON + HOUR, 9)) == []
        await uow.inbox.prune(NOON + HOUR)
        assert not (await uow.inbox.receive("slack", "E1", {}, NOON)).done


async def test_a_person_read_with_the_member_is_the_one_of_today(store: Store) -> None:
    async with store.unit_of_work() as uow:
        await uow.persons.add(PERSON)
        await uow.members.add(MEMBER)
        await uow.commit()
    async with store.unit_of_work() as uow:
        assert await uow.members.among([MEMBER.id]) == {MEMBER.id: MEMBER}
        assert await uow.persons.among([PERSON.id]) == {PERSON.id: PERSON}
        changed = await uow.persons.save(replace(PERSON, language="de"))
        assert await uow.persons.get(PERSON.id) == changed
        assert await uow.members.find(MEMBER.id) == MEMBER
        assert await uow.persons.among([PERSON.id]) == {PERSON.id: changed}
        await uow.persons.remove(PERSON.id)
        assert await uow.persons.find(PERSON.id) is None
        assert await uow.persons.among([PERSON.id]) == {}


async def test_an_arrival_is_noted_with_its_effect_or_before_it(store: Store) -> None:
    async with store.unit_of_work() as uow:
        assert await uow.inbox.done("slack", "E2", NOON, {"said": "b"})
        assert not await uow.inbox.done("slack", "E2", NOON, {"said": "c"})
        assert (await uow.inbox.receive("slack", "E2", {}, NOON)).reply == {"said": "b"}

        noted = await uow.inbox.receive("slack", "E3", {"text": "é"}, NOON)
        assert await uow.inbox.done("slack", "E3", NOON)
        assert await uow.inbox.receive("slack", "E3", {}, NOON) == Arrival(noted.id, done=True)
        assert list(await uow.inbox.unfinished(NOON + HOUR, 9)) == []


# --- what stewards decide, and where notices come from ---------------------------------------------------------------


async def test_notices_are_found_by_the_message_that_they_were_made_from(store: Store) -> None:
    other = replace(NOTICE, id=NoticeId("n2"), replaces=None)
    await keep(store, notices=[other, NOTICE, replace(NOTICE, id=NoticeId("n3"), member=BELA)])
    await keep(store, notices=[replace(NOTICE, id=NoticeId("n4"), source="")])

    async with store.reading() as uow:
        assert list(await uow.notices.made_from(AMINA, NOTICE.source)) == [NOTICE, other]
        assert list(await uow.notices.made_from(AMINA, "C1:elsewhere")) == []
        assert list(await uow.notices.made_from(AMINA, "")) == []


async def test_who_made_something_of_a_message_is_found_without_asking_for_each(store: Store) -> None:
    others = [replace(MEMBER, id=MemberId(f"house:le-bar:a{number:04}")) for number in range(1100)]
    theirs = replace(NOTICE, id=NoticeId("n9"), member=others[-1].id)
    await keep(store, members=[MEMBER, *others], notices=[NOTICE, theirs])

    async with store.reading() as uow:
        assert list(await uow.notices.makers(HOME, NOTICE.source)) == sorted([AMINA, others[-1].id])
        assert list(await uow.notices.makers(HOME, "C1:elsewhere")) == []
        assert list(await uow.notices.makers(HOME, "")) == []
        assert list(await uow.notices.makers(CommunityId("house:autre"), NOTICE.source)) == []


async def test_a_notice_that_forgets_its_message_is_not_found_by_it(store: Store) -> None:
    await keep(store, notices=NOTICE)
    async with store.unit_of_work() as uow:
        await uow.notices.save(replace(NOTICE, source=""))
        await uow.commit()

    async with store.reading() as uow:
        assert list(await uow.notices.made_from(AMINA, NOTICE.source)) == []


async def test_every_version_of_a_charter_is_kept(store: Store) -> None:
    first, second = Charter(HOME, 1, "Be kind.", NOON), Charter(HOME, 2, "Be kind.\nBe brief.", NOON + HOUR)
    elsewhere = Charter(CommunityId("house:autre"), 1, "Be bold.", NOON)
    await keep(store, charters=[first, second, elsewhere])

    async with store.reading() as uow:
        assert [await uow.charters.find(HOME, number) for number in (1, 2, 3)] == [first, second, None]
        assert await uow.charters.find(elsewhere.community, 1) == elsewhere
    async with store.unit_of_work() as uow:
        with pytest.raises(Stale):
            await uow.charters.add(replace(first, text="Be quick."))


async def test_open_reports_of_a_community_are_listed_oldest_first(store: Store) -> None:
    late = replace(REPORT, id=ReportId("r2"), at=NOON + HOUR, closed_at=None)
    early = replace(REPORT, id=ReportId("r3"), closed_at=None)
    elsewhere = replace(REPORT, id=ReportId("r4"), community=CommunityId("house:autre"), closed_at=None)
    await keep(store, reports=[REPORT, late, early, elsewhere])

    async with store.reading() as uow:
        assert list(await uow.reports.open_in(HOME)) == [early, late]
