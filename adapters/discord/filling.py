"""Forms that come back filled in. Each says itself what it is about; none is remembered.

Source: https://docs.discord.com/developers/interactions/receiving-and-responding (modal submit)
"""

from dataclasses import asdict

from adapters.discord.answering import Answer
from adapters.discord.counter import Counter, Visit
from adapters.discord.filled import (
    Values,
    day,
    read_hours,
    read_join,
    read_joining,
    read_notice,
    read_report,
    read_settings,
    read_text,
    values_of,
)
from adapters.discord.ids import member_of
from adapters.discord.incoming import FORM, Act, source_of, text_at
from adapters.discord.replying import Pages, Shown, placed, reply
from adapters.discord.stewarding import FORMS as STEWARDS
from adapters.discord.stewarding import filled_by_steward
from adapters.discord.waiting import Begun, hold
from adapters.discord.windows import PARTED, check_notice, kept, lifted, to_show, wording
from bot.commands import (
    ChangeSettings,
    DraftNotice,
    EditNotice,
    Join,
    NoteTie,
    Report,
    Say,
    to_json,
)
from bot.domain.notices import Kind, NoticeState
from bot.errors import Refusal
from bot.messages import Form, Message, Refused
from bot.usecases.join import NAME_LIMIT


async def on_form(counter: Counter, act: Act, answer: Answer) -> None:
    """Somebody sends a form. What is wrong with it is said; Discord gives no way to leave it open. Raises: Missed."""
    found = FORM.fullmatch(text_at(act.data, "custom_id"))
    name, carried = (found["form"], found["token"]) if found else ("", "")
    visit = await _visit(counter, act, name, carried)
    in_place = name == "edit" and act.fleeting and act.single
    await reply(visit, answer, _filled(visit, name, carried, values_of(act.data), in_place=in_place), in_place=in_place)


async def _visit(counter: Counter, act: Act, name: str, carried: str) -> Visit:
    """In our conversation the form says for which community it is."""
    sender = act.sender
    where = (read_joining(carried)[1] if name == "join" else carried).partition(PARTED)[0]
    if not sender.guild and where.isdecimal():
        return await counter.visit(sender, member_of(where, sender.user))
    return await counter.visit(sender)


async def _filled(visit: Visit, name: str, carried: str, values: Values, *, in_place: bool) -> Shown:
    if visit.member and not await visit.is_served():
        raise Refusal("discord_not_here")
    match name:
        case "join":
            number, sealed = read_joining(carried)
            return await _join(visit, number, sealed.partition(PARTED)[2], values)
        case "need" | "offer":
            about = [part for part in carried.split(PARTED)[1:] if part.isdecimal()]
            source = source_of(int(about[0]), int(about[1])) if len(about) == 2 else ""
            typed = read_notice(values)
            said = await visit.ask(DraftNotice(visit.me, name, **asdict(typed), source=source))
            if isinstance(said, Refused):
                return await kept(visit, said, Form(name, text=typed.text), topics=typed.topics or (), source=source)
            return await to_show(visit, said)
        case "edit":
            member, notice = lifted(visit, carried, otherwise="gone")
            command = EditNotice(member, notice, **asdict(read_notice(values)))
            return await _edit(await visit.of(member), command, in_place=in_place)
        case "note":
            member, tie = lifted(visit, carried, otherwise="gone")
            return await to_show(visit, await visit.ask(NoteTie(member, tie, read_text(values))))
        case "report":
            member, tie = lifted(visit, carried, otherwise="gone")
            return await to_show(visit, await visit.ask(Report(member, tie, **asdict(read_report(values)))))
        case "settings":
            return await to_show(visit, await visit.ask(ChangeSettings(visit.me, **asdict(read_settings(values)))))
        case "hours":
            return await _hours(visit, values)
        case _ if name in STEWARDS:
            return await filled_by_steward(visit, name, values)
        case _:
            raise Refusal("gone")


async def _join(visit: Visit, charter: int, kind: str, values: Values) -> Shown:
    """The need or the offer that they had typed before is prepared for them now, and shown after the greeting."""
    sender, counter = visit.sender, visit.counter
    name = sender.name if sender.guild else await counter.people.name(visit.community.split(":")[1], sender.user)
    community = await counter.dispatch.community(visit.community)
    if not name or community is None:
        raise Refusal("discord_nowhere")
    fields, text = read_join(values, visit.words.language)
    zone = counter.chosen.zone or community.zone
    command = Join(
        visit.me, visit.community, name[:NAME_LIMIT], fields.language, zone, speaks=fields.speaks, charter=charter
    )  # fmt: skip
    answer = await visit.ask(command)
    if isinstance(answer, Refused):
        return answer
    counter.later.do(counter.directs.met(visit.me))
    known = (await visit.anew()).known
    speaks = fields.speaks if known and fields.speaks not in ((), known[1].speaks) else None
    if known and (speaks is not None or known[1].language != fields.language):  # they were here before
        await visit.ask(ChangeSettings(visit.me, language=fields.language, speaks=speaks), step=":settings")
    if text.strip():
        before = DraftNotice(visit.me, kind, text) if kind in set(Kind) else Say(visit.me, text.strip())
        there, said = await visit.anew(), await visit.ask(before, step=":said")
        if isinstance(answer, Message) and isinstance(said, Message):
            shown = Pages([there.shown(said)])
            if isinstance(said, Refused):
                shown = await kept(there, said, Form(kind or Kind.NEED, text=text))
            # A charter that is asked about is asked about once.
            return shown if said.choices and isinstance(said, Refused) else Pages([there.shown(answer), *shown.bodies])
    return await to_show(visit, answer)


async def _edit(visit: Visit, command: EditNotice, *, in_place: bool) -> Shown:
    """A notice is shown as others would read it before its new words are kept; a draft shows itself.

    The preview of before has no buttons any more, or is not there: one that stands alone and is seen for a while alone
    gives its place (`in_place`), and what stands in our conversation is shown anew.
    """
    try:
        after, left_out = await visit.counter.dispatch.preview_edit(command)
    except Refusal as refusal:
        said = Refused(f"refusal.{refusal.code}", refusal.fields)
        return await kept(visit, said, Form("", command.notice, command.text))
    if after.state is NoticeState.DRAFT:
        other = await visit.ask(command)
        if isinstance(other, Message):
            for retired in await visit.counter.platform.note_retired(visit.me, other):
                visit.counter.later.do(visit.counter.platform.show_anew(retired))
        return await (placed(visit, to_show(visit, other)) if in_place else to_show(visit, other))
    before = wording(await visit.counter.dispatch.notice(visit.me, after.id))
    name = await hold(visit, Begun("keep", {"command": to_json(command), "before": before}, visit.me))
    return Pages([check_notice(visit, after, left_out, name)])


async def _hours(visit: Visit, values: Values) -> Shown:
    fields, zone, typed = read_hours(values)
    until = day(typed)
    if typed and until is None:
        raise Refusal("not_a_date", text=typed[:40])
    changed = ChangeSettings(visit.me, **(asdict(fields) | _given(zone)), pause_until=until)
    return await to_show(visit, await visit.ask(changed))


def _given(zone: str | None) -> dict[str, str | None]:
    """A zone as people write it: «Europe/Paris», with a space where its name has none."""
    return {"zone": zone.replace(" ", "_") if zone else None}
