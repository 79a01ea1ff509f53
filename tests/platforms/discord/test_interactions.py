"""Commands, buttons, menus, forms and suggestions: what fits, how long a token is good, and who sees what."""

import asyncio
from typing import Any

import discord
import pytest
from discord import app_commands

from tests.platforms.discord import FakeDiscord, Permission, Person, Server, drop_after
from tests.platforms.discord.conftest import Bot, online, user


def noting(bot: Bot) -> list[discord.Interaction]:
    """Keep every interaction, and answer none."""
    kept: list[discord.Interaction] = []

    @bot.event
    async def on_interaction(interaction: discord.Interaction) -> None:
        kept.append(interaction)

    return kept


async def with_button(bot: Bot, person: Person) -> discord.Message:
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Yes", custom_id="i1:yes"))
    return await (await user(bot, person)).send("A card", view=view)


async def test_an_interaction_is_answered_once(fake: FakeDiscord, ana: Person, up: Bot) -> None:
    kept = noting(up)
    await with_button(up, ana)
    pressing = asyncio.create_task(ana.presses(ana.last, "Yes"))
    await fake.until(lambda: kept)

    await kept[0].response.send_message("Thank you")
    route = discord.http.Route(
        "POST", "/interactions/{a}/{b}/callback", a=kept[0].id, b=kept[0].token, webhook_id=1, webhook_token="t"
    )
    with pytest.raises(discord.HTTPException) as second:
        await up.http.request(route, json={"type": 6})

    assert (second.value.status, second.value.code) == (400, 40060)
    assert (await pressing).text == "Thank you"


async def test_an_answer_too_late_meets_an_unknown_interaction(fake: FakeDiscord, ana: Person, up: Bot) -> None:
    fake.deadline = 0.2
    kept = noting(up)
    await with_button(up, ana)

    outcome = await ana.presses(ana.last, "Yes")
    with pytest.raises(discord.NotFound) as late:
        await kept[0].response.send_message("Sorry, late")

    assert (outcome.kind, late.value.code) == ("", 10062)
    assert ana.sights[-1].text == "This interaction failed"


async def test_a_token_is_good_for_fifteen_minutes(fake: FakeDiscord, ana: Person, up: Bot) -> None:
    kept = noting(up)
    await with_button(up, ana)
    pressing = asyncio.create_task(ana.presses(ana.last, "Yes"))
    await fake.until(lambda: kept)
    await kept[0].response.defer()
    outcome = await pressing

    fake.travel(minutes=14)
    await kept[0].followup.send("in time")
    fake.travel(minutes=2)
    with pytest.raises(discord.HTTPException) as late:
        await kept[0].followup.send("too late")

    assert (outcome.kind, (await outcome.until_answered()).text) == ("later", "in time")
    assert (late.value.status, late.value.code) == (401, 50027)


async def test_nothing_follows_before_a_first_answer(fake: FakeDiscord, ana: Person, up: Bot) -> None:
    fake.deadline = 0.2
    kept = noting(up)
    await with_button(up, ana)
    pressing = asyncio.create_task(ana.presses(ana.last, "Yes"))
    await fake.until(lambda: kept)

    with pytest.raises(discord.NotFound) as early:
        await kept[0].followup.send("too early")

    assert early.value.code == 10015
    await pressing


async def test_an_ephemeral_answer_is_seen_by_one(
    fake: FakeDiscord, bar: Server, ana: Person, luc: Person, up: Bot
) -> None:
    @up.tree.command(name="me", description="About me")
    async def me(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("Only you", ephemeral=True)
        await interaction.followup.send("Everybody")
        await interaction.edit_original_response(content="Only you, again")

    await up.tree.sync()
    general = bar.channel("general")
    outcome = await ana.runs("/me", channel=general)
    await luc.sees("Everybody")
    await ana.sees("again")

    assert (outcome.kind, outcome.ephemeral) == ("message", True)
    assert [one.text for one in luc.messages(general)] == ["Everybody"]
    assert [one.text for one in ana.messages(general)] == ["Only you, again", "Everybody"]
    with pytest.raises(LookupError):
        await luc.presses(ana.messages(general)[0], "anything")


async def test_a_button_that_is_gone_is_pressed_only_on_a_stale_screen(
    fake: FakeDiscord, ana: Person, luc: Person, up: Bot
) -> None:
    fake.deadline = 0.2
    kept = noting(up)
    sent = await with_button(up, ana)
    card = ana.last
    await sent.edit(content="Over", view=None)

    with pytest.raises(LookupError):
        await ana.presses(card, "Yes")
    with pytest.raises(LookupError):
        await luc.presses(card, "Yes")
    await ana.presses(card, "i1:yes", stale=True)

    assert [dict(one.data or {})["custom_id"] for one in kept] == ["i1:yes"]


async def test_a_press_delivered_twice_is_one_interaction(fake: FakeDiscord, ana: Person, up: Bot) -> None:
    seen: list[int] = []

    @up.event
    async def on_interaction(interaction: discord.Interaction) -> None:
        seen.append(interaction.id)
        await interaction.response.edit_message(content="Thank you", view=None)

    await with_button(up, ana)
    outcome = await ana.presses(ana.last, "Yes")
    await fake.gateway.again(outcome.event)
    await fake.until(lambda: len(fake.calls) and fake.calls[-1].code == 40060)

    assert len(seen) == 2
    assert len(set(seen)) == len(fake.interactions) == 1


async def test_commands_are_as_each_may_use_them(fake: FakeDiscord, bar: Server, ana: Person, bot: Bot) -> None:
    steward = fake.person("sue", guilds=[bar], permissions=Permission.MANAGE_GUILD)
    general = bar.channel("general")

    class Words(app_commands.Translator):
        async def translate(self, string: app_commands.locale_str, locale: discord.Locale, context: Any) -> str | None:
            return {"need": "besoin"}.get(str(string)) if locale is discord.Locale.french else None

    @bot.tree.command(name=app_commands.locale_str("need"), description="Say what you need")
    async def need(interaction: discord.Interaction, text: str) -> None:
        await interaction.response.send_message(f"{interaction.locale}: {text}", ephemeral=True)

    @bot.tree.command(name="charter", description="The house rules")
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def charter(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("…", ephemeral=True)

    async with online(fake, bot):
        await bot.tree.set_translator(Words())
        await bot.tree.sync()
        said = await ana.runs("/besoin", text="un plombier", channel=general)
        with pytest.raises(LookupError):
            await ana.runs("/charter", channel=general)
        await ana.runs("/charter", channel=general, forced=True)
        await steward.runs("/charter", channel=general)

    assert said.text == "fr: un plombier"
    assert (ana.commands(general), steward.commands(general)) == (["besoin"], ["need", "charter"])
    assert ana.commands() == ["besoin"]
    assert len(fake.syncs) == 1


async def test_suggestions_come_while_typing(fake: FakeDiscord, ana: Person, bot: Bot) -> None:
    @bot.tree.command(name="topic", description="Choose a topic")
    async def topic(interaction: discord.Interaction, name: str) -> None: ...

    @topic.autocomplete("name")
    async def suggest(interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{typed}-{n}", value=str(n)) for n in range(2)]

    async with online(fake, bot):
        await bot.tree.sync()
        outcome = await ana.completes("/topic", "name", "pl")

    assert (outcome.kind, outcome.choices, outcome.text) == ("choices", ["0", "1"], "pl-0\npl-1")


async def test_a_context_menu_brings_the_message(
    fake: FakeDiscord, bar: Server, ana: Person, luc: Person, bot: Bot
) -> None:
    general = bar.channel("general")
    read: list[str] = []

    @bot.tree.context_menu(name="Find someone for this")
    async def find(interaction: discord.Interaction, message: discord.Message) -> None:
        read.append(message.content)
        await interaction.response.send_message("Found", ephemeral=True)

    @bot.tree.context_menu(name="Greet")
    async def greet(interaction: discord.Interaction, member: discord.Member) -> None:
        read.append(member.name)
        await interaction.response.send_message("Hello", ephemeral=True)

    async with online(fake, bot):
        await bot.tree.sync()
        message = await ana.types(general, "Who knows Rust?")
        await luc.context_menu(message, "Find someone for this")
        await luc.context_menu(ana, "Greet", channel=general)

    assert read == ["Who knows Rust?", "ana"]


async def test_menus_offer_what_they_offer(fake: FakeDiscord, bar: Server, ana: Person, luc: Person, bot: Bot) -> None:
    chosen: list[Any] = []

    class Menus(discord.ui.View):
        @discord.ui.select(custom_id="zone", options=[discord.SelectOption(label="Paris", value="p")])
        async def zone(self, interaction: discord.Interaction, menu: discord.ui.Select["Menus"]) -> None:
            chosen.extend(menu.values)
            await interaction.response.defer()

        @discord.ui.select(cls=discord.ui.UserSelect, custom_id="whom")
        async def whom(self, interaction: discord.Interaction, menu: discord.ui.UserSelect["Menus"]) -> None:
            chosen.extend(one.name for one in menu.values)
            await interaction.response.defer()

    async with online(fake, bot):
        channel = await bot.fetch_channel(int(bar.channel("general").id))
        assert isinstance(channel, discord.TextChannel)
        await channel.send("Choose", view=Menus(timeout=None))
        await ana.chooses(ana.last, "zone", "Paris")
        await ana.chooses(ana.last, "whom", luc)
        with pytest.raises(LookupError):
            await ana.chooses(ana.last, "zone", "Rome")

    assert chosen == ["p", "luc"]


async def test_a_form_takes_what_it_takes(fake: FakeDiscord, ana: Person, bot: Bot) -> None:
    got: list[str | None] = []

    class Form(discord.ui.Modal, title="A need"):
        topic: discord.ui.Label["Form"] = discord.ui.Label(
            text="Topic", component=discord.ui.TextInput(custom_id="topic", max_length=10)
        )
        hint: discord.ui.TextDisplay[Any] = discord.ui.TextDisplay("Say it shortly.")
        text: discord.ui.TextInput["Form"] = discord.ui.TextInput(label="Text", custom_id="text", required=False)

        async def on_submit(self, interaction: discord.Interaction) -> None:
            assert isinstance(self.topic.component, discord.ui.TextInput)
            got.extend([self.topic.component.value, self.text.value])
            await interaction.response.send_message("Noted", ephemeral=True)

    @bot.tree.command(name="need", description="Say what you need")
    async def need(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Form())

    async with online(fake, bot):
        await bot.tree.sync()
        outcome = await ana.runs("/need")
        with pytest.raises(ValueError, match="11 characters"):
            await ana.submits(outcome.modal, topic="x" * 11)
        with pytest.raises(LookupError):
            await ana.submits(outcome.modal, nothing="x")
        sent = await ana.submits(outcome.modal, Topic="Rust")

    assert outcome.modal is not None
    assert outcome.modal.text == "A need\nTopic\nSay it shortly.\nText"
    assert (got, sent.text, ana.modal) == (["Rust", ""], "Noted", None)


@pytest.mark.parametrize(
    ("answer", "place"),
    [
        ({"type": 9, "data": {"custom_id": "m", "title": "x" * 46, "components": []}}, "data.title"),
        ({"type": 9, "data": {"custom_id": "", "title": "x", "components": []}}, "data.custom_id"),
        ({"type": 8, "data": {"choices": []}}, "type"),
        ({"type": 4, "data": {"content": "x" * 2001}}, "content"),
    ],
)
async def test_answers_that_do_not_fit_leave_the_interaction_open(
    fake: FakeDiscord, ana: Person, up: Bot, answer: dict[str, Any], place: str
) -> None:
    kept = noting(up)
    await with_button(up, ana)
    pressing = asyncio.create_task(ana.presses(ana.last, "Yes"))
    await fake.until(lambda: kept)

    route = discord.http.Route("POST", "/interactions/{a}/{b}/callback", a=kept[0].id, b=kept[0].token)
    with pytest.raises(discord.HTTPException) as refusal:
        await up.http.request(route, json=answer)
    await kept[0].response.send_message("After all")

    assert (refusal.value.code, (await pressing).text) == (50035, "After all")
    assert f"In {place}:" in str(refusal.value)


async def test_an_answer_that_is_lost_was_seen_all_the_same(fake: FakeDiscord, ana: Person, up: Bot) -> None:
    errors: list[BaseException] = []

    @up.event
    async def on_interaction(interaction: discord.Interaction) -> None:
        try:
            await interaction.response.edit_message(content="Thank you", view=None)
        except Exception as error:
            errors.append(error)

    await with_button(up, ana)
    fake.faults.plan("POST /interactions/{interaction}/{token}/callback", drop_after())
    outcome = await ana.presses(ana.last, "Yes")
    await asyncio.sleep(0.05)

    assert (outcome.kind, ana.last.text, len(errors)) == ("update", "Thank you", 1)
