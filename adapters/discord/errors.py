"""What Discord answers when it does not do what we ask, in our words.

Source: the table of JSON error codes, https://docs.discord.com/developers/topics/opcodes-and-status-codes
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

import aiohttp
import discord

from adapters.chat.errors import DOWN, MENDED, Forbidden, Rejected, Unanswered
from bot.errors import TryLater, Unreachable

#: Who closed their direct messages to us, or blocks us.
CLOSED: Final = frozenset({50007})
#: Who has no server in common with us any more.
ESTRANGED: Final = frozenset({50278})
#: Unknown account, channel, message, server, member, user; no access to a channel; an archived thread.
GONE: Final = frozenset({10001, 10003, 10004, 10007, 10008, 10013, 50001, 50013, 50083})
#: We opened direct messages too fast.
TOO_FAST: Final = frozenset({40003})
#: How long nothing is opened then: Discord says nothing of it.
CALM: Final = timedelta(minutes=10)
#: What nobody's patience mends: the token.
TOKEN: Final = 401


class Closed(Unreachable):
    """This person closed their direct messages to us: their words can wait for them."""


class TooFast(TryLater):
    """We opened too many conversations lately: nobody's is to be opened for a while."""


class Estranged(Unreachable):
    """This person shares no server with us any more."""


@contextmanager
def translated() -> Iterator[None]:
    """Discord's errors as ours, without a word of what was sent.

    Raises: Unreachable, Closed and Estranged among it, TryLater, Forbidden among it, Unanswered, Rejected.
    """
    try:
        yield
    except discord.RateLimited as error:
        raise TryLater(timedelta(seconds=error.retry_after)) from None
    except discord.LoginFailure:
        raise Forbidden(str(TOKEN)) from None
    except discord.HTTPException as error:
        raise meant(error) from None
    except aiohttp.ClientConnectorError as error:
        raise TryLater(DOWN) from error
    except (TimeoutError, OSError, aiohttp.ClientError, discord.ClientException) as error:
        raise Unanswered(type(error).__name__) from None


def meant(error: discord.HTTPException) -> Exception:
    """What an answer of Discord means to us."""
    status, code = error.status, error.code
    if status == TOKEN:
        return Forbidden(str(TOKEN))
    if status == 429:
        return TryLater(retry_after(error))
    for codes, kind in ((CLOSED, Closed), (ESTRANGED, Estranged), (GONE, Unreachable)):
        if code in codes:
            return kind(str(code))
    if code in TOO_FAST:
        return TooFast(CALM)
    if status >= 500:
        return Unanswered(str(status))
    if status == 403 and not code:  # what stands in front of Discord, which knows nobody
        return TryLater(MENDED)
    if status in (403, 404):
        return Unreachable(str(code or status))
    return Rejected(str(code or status))


def retry_after(error: discord.HTTPException) -> timedelta:
    """How long Discord asks us to wait; half a minute where it does not say."""
    said = error.response.headers.get("Retry-After", "")
    try:
        return timedelta(seconds=min(max(float(said), 1.0), 3600.0))
    except ValueError:
        return timedelta(seconds=30)
