"""What is said otherwise in Slack, which keeps what begins with a slash for itself: orders follow a command of ours.

In French its channels are «canaux», as Slack says. Source: https://slack.com/intl/fr-fr/help/articles/360017938993

Source: https://docs.slack.dev/interactivity/implementing-slash-commands
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from bot.messages import Message, Param

Said = TypeVar("Said", bound=Message)

#: Sentences that tell what to type, and how Slack says them.
SAID: Final[Mapping[str, str]] = {
    "help": "slack.say.help",
    "talk.unclear": "slack.say.unclear",
    "card.refused.these_days": "slack.say.these_days",
    "settings.stopped": "slack.say.stopped",
    "steward.listening": "slack.say.listening",
    "steward.not_listening": "slack.say.not_listening",
    "heard.need": "slack.say.heard.need",
    "heard.offer": "slack.say.heard.offer",
    "refusal.unknown_command": "slack.say.unknown_command",
    "refusal.not_a_date": "slack.say.not_a_date",
    "refusal.not_joined": "slack.say.not_joined",
}


@dataclass(frozen=True)
class Commands:
    """The slash commands of a workspace in a reader's language, each with its slash."""

    need: str
    offer: str
    root: str


def in_slack(message: Said, commands: Commands) -> Said:
    """The same message, telling to type what can be typed here."""
    names: dict[str, Param] = {"need": commands.need, "offer": commands.offer, "root": commands.root}
    parts = tuple(in_slack(part, commands) for part in message.parts)
    if message.key not in SAID:
        return replace(message, parts=parts)
    return replace(message, key=SAID[message.key], params={**message.params, **names}, parts=parts)
