"""The whole of it at once: an app comes online, is used by people, writes to them, and edits what it wrote."""

import re

import discord
from discord import app_commands

from tests.platforms.discord import FakeDiscord, Person, Server
from tests.platforms.discord.conftest import Bot, online, user


class Reason(discord.ui.Modal, title="Why not?"):
    said: discord.ui.TextInput["Reason"] = discord.ui.TextInput(label="Reason", custom_id="reason", max_length=100)

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"Noted: {self.said.value}", ephemeral=True)


class Ask(discord.ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.button(label="Yes", custom_id="yes")
    async def yes(self, interaction: discord.Interaction, button: discord.ui.Button["Ask"]) -> None:
        await interaction.response.edit_message(content="Thank you!", view=None)

    @discord.ui.button(label="No", custom_id="no")
    async def no(self, interaction: discord.Interaction, button: discord.ui.Button["Ask"]) -> None:
        await interaction.response.send_modal(Reason())


def serving(bot: Bot) -> Bot:
    """An app that takes a need, and asks somebody."""

    @bot.tree.command(name="need", description="Say what you need")
    async def need(interaction: discord.Interaction, text: str, whom: discord.Member) -> None:
        await interaction.response.defer(ephemeral=True)
        await whom.send(f"Somebody needs {text}", view=Ask())
        await interaction.followup.send(f"Asked, {interaction.locale}", ephemeral=True)

    return bot


async def test_somebody_needs_and_somebody_answers(fake: FakeDiscord, bar: Server, ana: Person, luc: Person) -> None:
    bot = serving(Bot())
    general = bar.channel("general")

    async with online(fake, bot):
        await bot.tree.sync()
        asked = await ana.runs("/need", text="a plumber", whom=luc, channel=general)
        card = await luc.sees("Somebody needs a plumber")
        answer = await asked.until_answered()
        refused = await luc.presses(card, "No")
        sent = await luc.submits(luc.modal, Reason="no time")
        agreed = await luc.presses(card, "Yes")

    assert (asked.kind, answer.text, asked.ephemeral) == ("thinking", "Asked, fr", True)
    assert (refused.kind, sent.kind, sent.text) == ("modal", "message", "Noted: no time")
    assert agreed.kind == "update"
    assert (card.text, luc.buttons(card)) == ("Thank you!", [])
    assert [one.text for one in luc.dms] == ["Thank you!", "Noted: no time"]
    assert "plumber" not in ana.seen
    assert (fake.pings, fake.careless()) == ([], [])


async def test_the_client_knows_its_guilds(fake: FakeDiscord, bar: Server, ana: Person, bot: Bot) -> None:
    bar.channel("general")

    async with online(fake, bot):
        names = [guild.name for guild in bot.guilds]
        rooms = [room.name for guild in bot.guilds for room in guild.text_channels]
        may = bot.guilds[0].me.guild_permissions.create_private_threads

    assert (names, rooms, may) == (["The Bar"], ["general"], True)
    assert bot.application_id == int(fake.app.id)


async def test_a_command_without_an_answer_fails_for_the_person(fake: FakeDiscord, ana: Person, bot: Bot) -> None:
    fake.deadline = 0.2

    @bot.tree.command(name="later", description="Never answers")
    @app_commands.describe()
    async def later(interaction: discord.Interaction) -> None: ...

    async with online(fake, bot):
        await bot.tree.sync()
        outcome = await ana.runs("/later")

    assert (outcome.kind, outcome.acknowledged) == ("", False)
    assert [one.what for one in ana.sights] == ["trouble"]


class Token(discord.ui.DynamicItem[discord.ui.Button["Ask"]], template=r"i1:(?P<token>\w+)"):
    def __init__(self, token: str) -> None:
        super().__init__(discord.ui.Button(label="Yes", custom_id=f"i1:{token}"))
        self.token = token

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item["Ask"], match: re.Match[str], /
    ) -> "Token":
        return cls(match["token"])

    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.response.edit_message(content=f"Noted {self.token}", view=None)


async def test_a_button_outlives_its_app(fake: FakeDiscord, ana: Person, luc: Person) -> None:
    view = discord.ui.View(timeout=None)
    view.add_item(Token("abc"))
    async with online(fake, Bot()) as first:
        await (await user(first, ana)).send("A card", view=view)
    fake.deadline = 0.2
    lost = await ana.presses(ana.last, "Yes")
    fake.deadline = 3
    second = Bot()
    second.add_dynamic_items(Token)

    fake.travel(seconds=5)
    async with online(fake, second):
        answered = await ana.presses(ana.last, "Yes")

    assert (lost.kind, answered.kind, ana.last.text) == ("", "update", "Noted abc")


async def test_of_two_apps_that_hear_the_same_one_answers(fake: FakeDiscord, ana: Person) -> None:
    fake.gateway.strict = False
    bots = [Bot(), Bot()]
    for one in bots:
        one.add_dynamic_items(Token)
    view = discord.ui.View(timeout=None)
    view.add_item(Token("abc"))

    async with online(fake, bots[0]), online(fake, bots[1]):
        await (await user(bots[0], ana)).send("A card", view=view)
        await ana.presses(ana.last, "Yes")
        await fake.until(lambda: [call.code for call in fake.calls].count(40060) == 1)

    assert [one.what for one in ana.sights] == ["message", "edit"]
