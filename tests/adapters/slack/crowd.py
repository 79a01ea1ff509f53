"""Many who need and many who have, and what each of them got, counted in Slack's own list."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from adapters.slack.ids import member_of
from bot.commands import ChangeSettings, Command, Join, Press, Say
from bot.domain.ids import MemberId
from bot.messages import Message, Reply
from tests.adapters.slack.bar import COMMUNITY, TEAM, Bar
from tests.platforms.slack.state import Post
from tests.world import START

MIDNIGHT: Final = START.time()


class Crowd:
    """So many pairs, of whom each fits the other alone. They come and post without windows."""

    def __init__(self, bar: Bar, pairs: int, *, seed: int = 7) -> None:
        self.bar = bar
        chance = random.Random(seed)
        # Words like no others; what they mean is compared as words.
        self.words = ["".join(chance.choices("bcdfghjklmnpqrstvwxyz", k=12)).capitalize() for _ in range(pairs)]
        self.pairs = [(f"UA{number}", f"UB{number}") for number in range(pairs)]

    @property
    def people(self) -> list[str]:
        return [user for pair in self.pairs for user in pair]

    async def come(self) -> None:
        for user in self.people:
            await comes(self.bar, user)

    async def post(self) -> None:
        for (giver, asker), word in zip(self.pairs, self.words, strict=True):
            await posts(self.bar, giver, f"I can offer some {word}")
            await posts(self.bar, asker, f"I am looking for some {word}")

    async def answer(self) -> None:
        """Everybody says yes to every card in front of them, as often as Slack says that it did not work."""
        for user in self.people:
            await says_yes(self.bar, user)

    def cards(self) -> Counter[int]:
        """How often each card was posted: {1: all of them} when none came twice. Cards that never came do not count."""
        return Counter(cards(self.bar, self.people).values())

    def openings(self) -> Counter[int]:
        """How many posts are in the conversation of each pair; 0 where none was opened."""
        return Counter(len(openings(self.bar, *pair)) for pair in self.pairs)


async def ask(bar: Bar, command: Command, arrival: str) -> Reply | None:
    return await bar.world.dispatch.receive("test", arrival, command)


async def comes(bar: Bar, user: str) -> MemberId:
    """Somebody joins who has no quiet hours."""
    bar.person(user, user)
    member = member_of(TEAM, user)
    await ask(bar, Join(member, COMMUNITY, user, "en", "Europe/Paris"), f"join {user}")
    await ask(bar, ChangeSettings(member, quiet_from=MIDNIGHT, quiet_until=MIDNIGHT), f"settings {user}")
    return member


async def posts(bar: Bar, user: str, text: str) -> None:
    member = member_of(TEAM, user)
    preview = await ask(bar, Say(member, text), f"say {user} {text}")
    assert isinstance(preview, Message) and preview.token, preview
    await ask(bar, Press(member, preview.token, "post"), f"post {user} {text}")


async def says_yes(bar: Bar, user: str) -> None:
    while any(widget.action_id == "press:yes" for widget in bar.team.buttons(user)):
        await bar.team.press(user, "yes")
        await bar.counter.later.close()


def cards(bar: Bar, people: Sequence[str]) -> Counter[tuple[str, str]]:
    """How often each person got each card."""
    return Counter(
        (sight.user, token)
        for user in people
        for sight in bar.team.seen(user, "message")
        for token in values(sight.blocks, "press:yes")
    )


def openings(bar: Bar, *pair: str) -> list[Post]:
    """What was posted to these people together."""
    together = bar.team.together(*pair)
    return bar.team.messages(together.id) if together else []


def values(blocks: Sequence[Mapping[str, Any]], action: str) -> Iterator[str]:
    """What the buttons of a name carry."""
    for block in blocks:
        for element in block.get("elements", ()):
            if element.get("action_id") == action:
                yield element["value"]
