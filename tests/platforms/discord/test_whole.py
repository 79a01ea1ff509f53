"""The whole of it at once: an app comes online, is used by people, writes to them, and edits what it wrote."""

import discord
from discord import app_commands

from tests.platforms.discord import FakeDiscord, Person, Server
from tests.platforms.discord.conftest import Bot, online


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
    @bot.tree.command(name="later", description="Never answers")
    @app_commands.describe()
    async def later(interaction: discord.Interaction) -> None: ...

    async with online(fake, bot):
        await bot.tree.sync()
        outcome = await ana.runs("/later")

    assert (outcome.kind, outcome.acknowledged) == ("", False)
    assert [one.what for one in ana.sights] == ["trouble"]
