"""Whatever is typed, pressed or sent, whoever does it: a clear answer, and nothing that Discord refuses.

Named are the tests of RELIABILITY that each of these shows here.
"""

import os
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.adapters.discord.bar import Bar
from tests.platforms.discord import Permission, broken
from tests.platforms.discord.people import Person

#: Each by what is odd about it.
NASTY = {
    "calls": "@everyone @here <@1> <@!1> <@&1> <#1> </need:1> <id:browse> <t:0:R>",
    "links": "[bank.com](http://a.example) <http://b.example> https://c.example/?q=1 discord.gg/x",
    "marks": "# head\n-# small\n> quote\n>>> all\n- list\n1. one\n**b** __u__ ~~s~~ ||spoiler|| `c` ```py\nx\n```",
    "emoji": "<:a:1> <a:b:2> :smile: 👩‍👩‍👧‍👦🇫🇷👍🏽",
    "escaped": "\\<@1\\> \\@everyone &lt;@1&gt;",
    "turned": "I need \u202egnp.exe\u202c \u2066a\u2069 ladder",
    "nothing seen": "\u200b\u200c\u200d\u2060\ufeff",
    "control": "I need \x00\x07\x1b[31m a\tladder\r\nand\x0b more",
    "combining": "I need " + "a" + "\u0301" * 1000,
    "emoji alone": "😀" * 1000,
    "long word": "I need " + "w" * 3900,
    "long": "I need " + "a ladder and " * 300,
    "html": '<script>alert(1)</script> {{7*7}} ${7*7} %s {0} {text}',
    "json": '"}],"components":[{"type":1}] \\" \\n \\u0000',
    "slash": "/",
    "blank": "   ",
}  # fmt: skip
#: Names that a button could have, and a form: of another version, cut, made up, of somebody else, of nobody.
BUTTONS = (
    *(
        f"i1:{choice}:{'A' * 22}"
        for choice in ("yes", "sure.leave", "edit", "thread", "thread.make", "where", "begun", "close_report")
    ),
    *(f"i1:{choice}:{'A' * 80}" for choice in ("my.withdraw", "my.edit", "tie.block", "tie.note")),
    *("i1:yes:", "i1:yes:short", "i1:post:" + "A" * 92, "i1:sure.tie.end:AAAA", "i1:nonsense:1", "i1:me.nothing:1"),
    *("i1:me.notices:9-99999", "i1:rest.pause:", "i1:waiting:", "i1:my:", "i1:tie:", "i1:stop:99", "i1:need:0-0"),
    *("i0:yes:" + "A" * 22, "i2:yes:" + "A" * 22, "press:yes", "é", "x" * 100),
)
#: Those that say something else, and do no more than a command would.
OTHERS = {
    *(f"i1:{choice}:{'A' * 22}" for choice in ("where", "begun", "close_report")),
    *("i1:waiting:", "i1:stop:99", "i1:need:0-0", "i1:me.notices:9-99999", "i1:rest.pause:"),
}
FORMS = (
    *("f1:need:", "f1:need:1_a_b", f"f1:edit:{'A' * 80}", "f1:note:x", f"f1:report:{'A' * 80}", "f1:join:99999_0"),
    *("f1:join:", "f1:x:", "f0:need:", "join", "f1:settings:1", "f1:hours:", "f1:charter:", "f1:listen:"),
    *("f1:meeting:", "é"),
)
CROWD = int(os.environ.get("TEXTS", "15"))


@pytest.fixture
async def bar() -> AsyncIterator[Bar]:
    async with Bar() as bar:
        yield bar


async def preview(bar: Bar, person: Person) -> Any:
    """A draft that its author looks at."""
    outcome = await person.runs("/need", channel=bar.general, text="a plumber for Saturday")
    assert outcome.message
    return outcome.message


def token(message: Any) -> str:
    """The token of a message."""
    return str(message.components[0]["components"][0]["custom_id"].rpartition(":")[2])


async def typed_everywhere(bar: Bar, person: Person, text: str) -> None:
    """The same words by every way in."""
    kinds = [(await person.runs("/need", channel=bar.general, text=text[:1000])).kind] if text.strip() else []
    kinds.append((await person.runs("/offer", channel=bar.general)).kind)
    if person.modal:
        kinds.append((await person.submits(person.modal, unchecked=True, text=text[:4000], place=text[:80])).kind)
    own = await person.types(bar.general, text)
    kinds.append((await person.context_menu(own, "Find someone for this")).kind)
    if person.modal:
        kinds.append((await person.submits(person.modal, unchecked=True)).kind)
    await person.types(bar.general, f"<@{bar.fake.app.id}> {text}")
    await person.writes(text)
    await bar.look()
    for page in ("/me", "/why", "/privacy"):
        kinds.append((await person.runs(page, channel=bar.general)).kind)
    assert "" not in kinds, kinds
    assert bar.fake.pings == []
    assert bar.fake.careless() == []
    refused = [call for call in bar.fake.calls if call.status == 400]
    assert refused == []


async def test_whatever_is_typed_is_answered_and_calls_nobody(bar: Bar) -> None:
    """I1, I3, and of I4 and I5 what Discord lets through: nobody is called, and Discord takes everything."""
    for what, text in NASTY.items():
        await typed_everywhere(bar, await bar.enters(what.replace(" ", "-")), text)


@settings(max_examples=CROWD, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(st.characters(codec="utf-8") | st.sampled_from("<@>#*_`|~[]()\\\n\u202e"), min_size=1, max_size=300)
)
async def test_no_text_is_too_odd(bar: Bar, text: str) -> None:
    """Of I4 and I5, whatever chance finds."""
    ana = next(iter(bar.people.values())) if bar.people else await bar.enters("ana")

    outcome = await ana.runs("/need", channel=bar.general, text=text)

    assert outcome.kind == "message" or (outcome.kind == "modal" and not text.strip())
    assert [call for call in bar.fake.calls if call.status == 400] == []


async def test_a_button_that_is_not_ours_gets_a_sentence(bar: Bar) -> None:
    """I12."""
    ana = await bar.enters("ana")
    message = await preview(bar, ana)

    for name in BUTTONS:
        before = len(bar.fake.calls)
        outcome = await ana.presses(message, name, stale=True)
        await bar.settled()
        changed = [call for call in bar.fake.calls[before:] if call.route.startswith("PATCH /webhooks")]

        assert outcome.acknowledged, name
        assert outcome.followups or changed or outcome.kind in ("message", "modal", "update"), name
        if name not in OTHERS:
            said = outcome.followups[-1] if outcome.followups else outcome.message
            assert said is not None, name
            assert said.text == "This button is no longer in use.", name
    assert [call for call in bar.fake.calls if call.status == 400] == []


async def test_dead_and_foreign_tokens_get_one_sentence(bar: Bar) -> None:
    """I12, S5."""
    ana, luc = await bar.enters("ana"), await bar.enters("luc")
    theirs, own = await preview(bar, luc), await preview(bar, ana)
    said = set()

    for name in (f"i1:post:{token(theirs)}", "i1:post:" + "A" * 22, "i1:nonsense:" + "A" * 22):
        outcome = await ana.presses(own, name, stale=True)
        await bar.settled()
        said.add(outcome.followups[-1].text)

    assert len(said) == 1
    stranger = bar.person("eve")
    outcome = await stranger.presses(own, f"i1:post:{token(own)}", stale=True)
    await bar.settled()
    assert outcome.followups[-1].text in said


async def test_nobody_answers_for_somebody_else(bar: Bar) -> None:
    """S5: not the other party either, who manages the server as well."""
    ana, luc = await bar.enters("ana"), await bar.enters("luc", permissions=int(Permission.MANAGE_GUILD))
    for person, command, text in (
        (luc, "/offer", "I have five thousand T-shirts to sell"),
        (ana, "/need", "I am looking for five thousand T-shirts"),
    ):
        outcome = await person.runs(command, channel=bar.general, text=text)
        assert outcome.message is not None
        await person.presses(outcome.message, "Yes, go ahead")
        await bar.look()
    theirs, own = bar.card(ana), bar.card(luc)

    for choice in ("yes", "no", "not_now", "stop", "take_back", "other", "sure.leave"):
        pressed = await luc.presses(own, f"i1:{choice}:{token(theirs)}", stale=True)
        await bar.settled()

        assert pressed.followups[-1].text == "This button is no longer in use.", choice
    (introduction,) = await bar.world.runner.read(lambda ctx: ctx.uow.introductions.of_member(bar.member(ana)))
    assert [side.answer for side in introduction.sides] == [None, None]


async def test_nothing_crosses_from_one_server_to_another(bar: Bar) -> None:
    """S7: no match crosses."""
    ana, other = await bar.enters("ana"), bar.fake.guild("The Workshop")
    luc, hall = bar.fake.person("luc", guilds=[other]), other.channel("hall")
    await ana.joins(other)
    await bar.settled()
    for person in (ana, luc):
        await person.runs("/join", channel=hall)
        await person.submits(person.modal)
    offered = await luc.runs("/offer", channel=hall, text="I have five thousand T-shirts to sell")
    assert offered.message is not None
    await luc.presses(offered.message, "Yes, go ahead")
    needed = await ana.runs("/need", channel=bar.general, text="I am looking for five thousand T-shirts")
    assert needed.message is not None
    await ana.presses(needed.message, "Yes, go ahead")
    await bar.travel(days=1)

    assert not any("yes" in str(message.components) for message in (*luc.dms, *ana.dms))


async def test_a_token_says_for_which_community_it_is(bar: Bar) -> None:
    """S6, for the tokens of messages."""
    ana, other = await bar.enters("ana"), bar.fake.guild("The Workshop")
    luc, hall = bar.fake.person("luc", guilds=[other]), other.channel("hall")
    await bar.settled()
    own = await preview(bar, ana)
    await luc.runs("/join", channel=hall)
    await luc.submits(luc.modal)
    theirs = await luc.runs("/need", channel=hall, text="a ladder")
    assert theirs.message

    await luc.presses(theirs.message, f"i1:post:{token(own)}", stale=True)
    await bar.look()
    before = await states(bar, ana)
    await ana.joins(other)
    await ana.runs("/join", channel=hall)
    await ana.submits(ana.modal)
    mine = await ana.runs("/need", channel=hall, text="a saw")
    assert mine.message
    await ana.presses(mine.message, f"i1:post:{token(own)}", stale=True)
    await bar.look()

    assert (before, await states(bar, ana)) == (["draft"], ["open"])


async def states(bar: Bar, person: Person) -> list[str]:
    """How what is somebody's stands in the first server."""
    found = await bar.world.runner.read(lambda ctx: ctx.uow.notices.of_member(bar.member(person)))
    return [str(one.state) for one in found]


async def test_a_form_that_is_not_ours_gets_a_sentence(bar: Bar) -> None:
    ana = await bar.enters("ana")
    modal = (await ana.runs("/need", channel=bar.general)).modal
    assert modal is not None

    for name in FORMS:
        modal.custom_id = name
        outcome = await ana.submits(modal, text="a ladder")

        assert outcome.kind == "message", name
        assert outcome.text.strip(), name


async def test_a_form_without_what_it_asked_gets_a_sentence(bar: Bar) -> None:
    ana = await bar.enters("ana")
    await ana.runs("/need", channel=bar.general)

    outcome = await ana.submits(ana.modal, unchecked=True)

    assert outcome.kind == "message"


async def test_what_is_no_interaction_of_ours_breaks_nothing(bar: Bar) -> None:
    ana = await bar.enters("ana")
    event = (await ana.runs("/help", channel=bar.general)).event

    odd: list[dict[str, Any]] = [
        {"data": {}}, {"data": {"name": 3, "type": 1, "id": "1"}}, {"type": 99}, {"data": {"options": "x"}},
    ]  # fmt: skip
    for change in odd:
        await bar.fake.gateway.send(
            "INTERACTION_CREATE", {**event.data, **change, "id": str(10**18 + len(str(change)))}
        )
    await bar.settled()

    assert (await ana.runs("/help", channel=bar.general)).kind == "message"


async def test_a_server_where_we_are_not_at_work_is_told_so(bar: Bar) -> None:
    ana = bar.person("ana")
    await bar.world.dispatch.close(bar.community)

    outcome = await ana.runs("/need", channel=bar.general, text="a plumber")

    assert "not at work in this server" in outcome.text


async def test_commands_work_in_our_conversation(bar: Bar) -> None:
    ana = await bar.enters("ana")

    outcome = await ana.runs("/need", text="a plumber for Saturday")

    assert outcome.ephemeral
    assert "a plumber for Saturday" in outcome.text


async def test_a_stranger_who_types_a_command_in_private_is_asked_in(bar: Bar) -> None:
    ana = bar.person("ana", "fr")

    outcome = await ana.runs("/besoin", text="un plombier")
    joined = await ana.submits(ana.modal)
    await bar.look()

    assert outcome.kind == "modal"
    assert "Bienvenue" in joined.text
    await ana.sees("un plombier")


async def test_without_the_permission_to_write_everything_private_goes_on(bar: Bar) -> None:
    ana = await bar.enters("ana")
    bar.guild.change_role(bar.guild.bot_role, 0)
    bar.guild.deny(bar.general, "bot", int(Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES))

    outcome = await ana.runs("/need", channel=bar.general, text="a plumber for Saturday")
    assert outcome.message
    pressed = await ana.presses(outcome.message, "Yes, go ahead")
    await bar.look()

    assert pressed.kind == "later"
    assert "a plumber for Saturday" in outcome.message.text


async def test_nothing_that_people_say_is_logged(bar: Bar, capfd: pytest.CaptureFixture[str]) -> None:
    ana, eve = await bar.enters("ana"), bar.person("eve")
    secret = "xylophone"

    await ana.writes(f"I am looking for a {secret} teacher")
    await ana.types(bar.general, f"I am looking for a {secret} teacher")
    await eve.writes(f"I want a {secret}")
    await ana.runs("/need", channel=bar.general, text=f"a {secret}")
    bar.fake.faults.plan("POST /interactions/{interaction}/{token}/callback", broken(500))
    await ana.runs("/need", channel=bar.general, text=f"another {secret}")
    await bar.look()

    out, err = capfd.readouterr()
    assert secret not in out + err
    assert ana.id not in out + err
