import json
from datetime import date, time

import pytest

from bot import commands
from bot.commands import Command, from_json, to_json
from bot.dispatch import USE_CASES
from bot.domain.ids import CommunityId, MemberId

ME = MemberId("house:test:me")
ALL: list[Command] = [
    commands.Join(
        ME, CommunityId("house:test"), "Me", "fr", "Europe/Paris", ("a", "b"), ("fr",), charter=2, spoken="en"
    ),
    commands.Leave(ME),
    commands.Rename(ME, "Me again", spoken="fr"),
    commands.Say(ME, "hello", source="D1:1700000000.000100"),
    commands.Hear(ME, "comptoir", "hello", source="C1:1700000000.000100"),
    commands.Reword(ME, "C1:1700000000.000100", "hello there", channel="C1"),
    commands.Unsay(ME, "C1:1700000000.000100"),
    commands.DraftNotice(ME, "need", "a drill", topics=("tools",)),
    commands.EditNotice(ME, "n", "a drill", topics=None),
    commands.ChangeNotice(ME, "n", "post"),
    commands.Press(ME, "token", "yes"),
    commands.ChangeSettings(ME, quiet_from=time(21, 30), speaks=("fr", "en")),
    commands.Pause(ME, date(2026, 4, 1)),
    commands.Pause(ME, None),
    commands.Resume(ME),
    commands.AcceptCharter(ME, 2),
    commands.EndTie(ME, "t"),
    commands.NoteTie(ME, "t", ""),
    commands.Block(ME, "t"),
    commands.Report(ME, "t", "text", share=True),
    commands.Erase(ME),
    commands.SetListening(ME, admin=True, channel="C1", on=True),
    commands.SetCharter(ME, admin=True, text="Be kind.\nBe brief."),
    commands.SetMeeting(ME, admin=True, helpers=1, days=None, nudges=False),
    commands.ReadReports(ME, admin=True),
    commands.CloseReport(ME, admin=True, report="r"),
    commands.PauseCommunity(ME, admin=False, on=False),
]


@pytest.mark.parametrize("command", ALL, ids=lambda command: type(command).__name__)
def test_a_command_survives_the_way_through_the_inbox(command: Command) -> None:
    assert from_json(json.loads(json.dumps(to_json(command)))) == command


def test_everything_that_can_be_asked_is_done_by_somebody() -> None:
    assert {type(command) for command in ALL} == set(USE_CASES)
