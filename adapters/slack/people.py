"""Who people are in Slack: what they are called, their language and zone, and whether they run the workspace.

Source: https://docs.slack.dev/reference/objects/user-object
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final
from zoneinfo import ZoneInfo

from adapters.slack.api import Api
from adapters.slack.incoming import part_of, text_at
from bot.text import LANGUAGES

#: Seconds for which a profile is believed. What somebody may do is asked anew each time.
FRESH: Final = 600.0
REMEMBERED: Final = 5000


@dataclass(frozen=True)
class Profile:
    """One account."""

    name: str
    language: str
    zone: str
    #: Whether it runs the workspace, as its owner or an administrator.
    runs: bool
    #: Whether it can be a member: a person, still there, of this workspace and no guest of single channels.
    may_join: bool


class People:
    """Asks Slack who somebody is, and remembers it for a while."""

    def __init__(self, api: Api, now: Callable[[], float] = monotonic) -> None:
        self._api = api
        self._now = now
        self._known: dict[tuple[str, str], tuple[float, Profile]] = {}

    async def profile(self, team: str, user: str, *, fresh: bool = False) -> Profile:
        """Who somebody is, asked anew when `fresh`. Raises: as `Api.call`."""
        at, known = self._known.get((team, user), (0.0, None))
        if known and not fresh and self._now() - at < FRESH:
            return known
        answer = await self._api.call("users.info", team=team, user=user, include_locale=True)
        return self.note(team, part_of(answer, "user"))

    def note(self, team: str, user: Mapping[str, Any]) -> Profile:
        """What Slack tells us of somebody, by answer or event."""
        profile, key = profile_of(team, user), (team, text_at(user, "id"))
        self._known.pop(key, None)
        if len(self._known) >= REMEMBERED:
            del self._known[next(iter(self._known))]  # the one told of longest ago
        self._known[key] = (self._now(), profile)
        return profile

    def language(self, team: str, user: str) -> str | None:
        """The language that somebody had when they were last asked about."""
        known = self._known.get((team, user))
        return known[1].language if known else None


def profile_of(team: str, user: Mapping[str, Any]) -> Profile:
    """A user object, read. People choose what they are called; some have no last name, some no display name."""
    details = part_of(user, "profile")
    names = (text_at(details, "display_name"), text_at(details, "real_name"), text_at(user, "real_name"))
    language = text_at(user, "locale")[:2]
    return Profile(
        name=next((name for name in names if name.strip()), "") or text_at(user, "name") or "?",
        language=language if language in LANGUAGES else "en",
        zone=_zone(text_at(user, "tz")),
        runs=_is(user, "is_admin") or _is(user, "is_owner") or _is(user, "is_primary_owner"),
        may_join=not any(_is(user, no) for no in ("deleted", "is_bot", "is_stranger", "is_ultra_restricted"))
        and _is_of(team, user),
    )


def _is_of(team: str, user: Mapping[str, Any]) -> bool:
    """Whether somebody is in a workspace; in an organisation people are in several.

    Source: `objs_enterprise_user` of https://api.slack.com/specs/openapi/v2/slack_web.json
    """
    teams = part_of(user, "enterprise_user").get("teams")
    if isinstance(teams, list) and teams:
        return team in teams
    return text_at(user, "team_id") in ("", team)


def _is(user: Mapping[str, Any], what: str) -> bool:
    return user.get(what) is True


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return "UTC"
    return name
