"""Home tabs shown anew although nobody opened them: what was forgotten must not stay in sight until they do (I9)."""

from functools import partial

import structlog

from adapters.chat.errors import SOONEST, Rejected, Unanswered
from adapters.slack.counter import Counter
from adapters.slack.homes import publish_home
from adapters.slack.ids import team_of, user_of
from adapters.slack.incoming import Sender
from adapters.slack.platform import Repaint
from bot.domain.ids import MemberId
from bot.errors import PlatformError, Refusal, TryLater, Unreachable
from bot.messages import Message

log = structlog.get_logger()


def repainter(counter: Counter) -> Repaint:
    """What shows somebody's tab anew, with a message at its top if there is one. It raises TryLater and Unanswered."""
    return partial(_repaint, counter)


async def _repaint(counter: Counter, member: MemberId, said: Message | None = None) -> None:
    sender = Sender(team_of(member), user_of(member), outside=False)
    try:
        if await counter.dispatch.known(member) is None:
            await counter.people.profile(sender.team, sender.user)  # tells the language of who is not here
        await publish_home(counter, sender, {}, said=said)
    except (Unreachable, Rejected) as gone:
        log.info("home_not_shown_anew", code=str(gone))
    except Refusal as refusal:
        if not isinstance(refusal.__cause__, PlatformError | Unanswered) or isinstance(refusal.__cause__, Unreachable):
            log.info("home_not_shown_anew", code=refusal.code)
        else:
            raise TryLater(SOONEST) from refusal
