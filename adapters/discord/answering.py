"""The answers to one interaction: the first within three seconds, or Discord tells its author that it failed.

What must arrive once is never said here: Discord knows no key for these answers, it goes through the outbox.
Source: https://docs.discord.com/developers/interactions/receiving-and-responding#followup-messages
"""

import asyncio
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import IntEnum
from time import monotonic
from typing import Any, Final, TypeAlias

import aiohttp
import discord
from discord.http import MultipartParameters, Route
from discord.webhook.async_ import async_context, interaction_response_params

from adapters.chat.errors import Rejected, Unanswered

Json: TypeAlias = dict[str, Any]

#: Seconds from when we hear of something within which Discord must have the first answer; it says three from its side.
FIRST: Final = 2.6
#: Seconds within which most things are done before they are answered.
SOON: Final = 1.6
#: Seconds that a later answer may take.
LATER: Final = 20.0
#: Seen by whoever asked, and by nobody else; without it, links get pictures. Source: message flags
EPHEMERAL: Final = 1 << 6
BARE: Final = 1 << 2
#: Nothing in an answer calls anybody.
NOBODY: Final[Mapping[str, Any]] = {"parse": []}


class Callback(IntEnum):
    """What an interaction is answered with first."""

    MESSAGE = 4
    THINKING = 5
    LATER = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


class Missed(Exception):
    """Discord did not take the first answer, or nobody knows: its author was told that it failed."""


class Answer:
    """What one interaction is answered with: for its author alone, or in the place of what they pressed."""

    def __init__(self, interaction: discord.Interaction[Any]) -> None:
        self._interaction = interaction
        self._began = monotonic()
        #: How it was answered first; None while it was not.
        self.given: Callback | None = None

    @property
    def left(self) -> float:
        """Seconds that are left for the first answer."""
        return max(0.0, self._began + FIRST - monotonic())

    async def acknowledge(self) -> None:
        """Say that a press was heard; what comes of it is seen later. Raises: Missed."""
        await self._first(Callback.LATER)

    async def think(self) -> None:
        """Say that it takes a moment; `say` replaces this. Raises: Missed."""
        await self._first(Callback.THINKING, {"flags": EPHEMERAL})

    async def suggest(self, choices: Sequence[Mapping[str, str]]) -> None:
        """Offer what somebody may be about to type. Raises: Missed."""
        await self._first(Callback.CHOICES, {"choices": list(choices)})

    async def open(self, modal: Mapping[str, Any]) -> None:
        """Open a form, which is only possible first. Raises: Missed."""
        await self._first(Callback.MODAL, modal)

    async def say(self, body: Mapping[str, Any]) -> None:
        """Say something to its author alone. Raises: Missed when it comes first, else Rejected, Unanswered."""
        if self.given is None:
            await self._first(Callback.MESSAGE, _alone(body))
        elif self.given is Callback.THINKING:
            await self._edit(body)
        else:
            await self._follow(body)

    async def replace(self, body: Mapping[str, Any]) -> None:
        """Put this in the place of the message that was pressed on. Raises: as `say`."""
        if self.given is None:
            await self._first(Callback.UPDATE, _quiet(body))
        elif self.given is Callback.LATER:
            await self._edit(body)
        else:
            await self.say(body)

    async def hand(self, text: str, file: discord.File) -> None:
        """Give a file to its author alone. Raises: Missed when it comes first, else Rejected, Unanswered."""
        nobody, here = discord.AllowedMentions.none(), self._interaction
        if self.given is None:
            with _in_time():
                async with asyncio.timeout(self.left):
                    await here.response.send_message(text, file=file, ephemeral=True, allowed_mentions=nobody)
            self.given = Callback.MESSAGE
        else:
            await _later(here.followup.send(text, file=file, ephemeral=True, allowed_mentions=nobody))

    async def _first(self, how: Callback, data: Mapping[str, Any] | None = None) -> None:
        """Raises: Missed, also for all but the first."""
        if self.given is not None:
            raise Missed("answered")
        here = self._interaction
        params: MultipartParameters = interaction_response_params(how, None if data is None else dict(data))
        with _in_time():
            async with asyncio.timeout(self.left):
                await async_context.get().create_interaction_response(
                    here.id, here.token, session=here._session, proxy=here._state.http.proxy,
                    proxy_auth=here._state.http.proxy_auth, params=params,
                )  # fmt: skip
        self.given = how

    async def _edit(self, body: Mapping[str, Any]) -> None:
        await self._send("PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/@original", _quiet(body))

    async def _follow(self, body: Mapping[str, Any]) -> None:
        await self._send("POST", "/webhooks/{webhook_id}/{webhook_token}", _alone(body))

    async def _send(self, method: str, path: str, body: Json) -> None:
        here = self._interaction
        route = Route(method, path, webhook_id=here.application_id, webhook_token=here.token)
        await _later(
            async_context.get().request(
                route, here._session, proxy=here._state.http.proxy, proxy_auth=here._state.http.proxy_auth, payload=body
            )
        )


@contextmanager
def _in_time() -> Iterator[None]:
    try:
        yield
    except discord.HTTPException as error:
        raise Missed(str(error.code or error.status)) from error
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise Missed(type(error).__name__) from error


async def _later(asked: Awaitable[Any]) -> None:
    try:
        async with asyncio.timeout(LATER):
            await asked
    except discord.DiscordServerError as error:
        raise Unanswered(str(error.status)) from error
    except discord.HTTPException as error:
        raise Rejected(str(error.code or error.status)) from error
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise Unanswered(type(error).__name__) from error


def _quiet(body: Mapping[str, Any]) -> Json:
    """As its author reads it, whatever was there before: no picture of a link, nobody called."""
    return {"content": "", "embeds": [], "components": [], **body, "allowed_mentions": NOBODY}


def _alone(body: Mapping[str, Any]) -> Json:
    return {**body, "flags": int(body.get("flags") or 0) | EPHEMERAL, "allowed_mentions": NOBODY}
