"""What the settings say about Discord, with what is in files read."""

from collections.abc import Collection
from dataclasses import dataclass, field

from adapters.chat.secrets import secret_of
from bot.config import Settings
from bot.values import DISCORD_TOKEN


@dataclass(frozen=True)
class Discord:
    """How Comptoir is in Discord. Holds a secret: its `repr` does not show it."""

    token: str = field(repr=False)
    #: Where the REST API is, its version included, without a slash at the end.
    api_url: str
    #: Who looks after Comptoir: ids of people or roles, "…" everywhere, "<guild>:…" in one server. Empty: whoever may
    #: manage the server.
    stewards: frozenset[str] = frozenset()
    #: Whether stewards may open channels to listening, for which the app needs the intent for what messages say.
    listening: bool = False
    #: None: that of each server.
    language: str | None = None
    #: None: that of the house.
    zone: str | None = None
    #: How many connections the servers are spread over; None: as Discord recommends.
    shards: int | None = None
    #: Conversations with people that are begun in a day, at most.
    openings: int = 480

    def is_steward(self, guild: int, user: int, roles: Collection[int]) -> bool | None:
        """Whether the settings name somebody, or a role of theirs. None: they name nobody, the server decides."""
        if not self.stewards:
            return None
        return any({str(id), f"{guild}:{id}"} & self.stewards for id in (user, *roles))


def chosen(settings: Settings) -> Discord | None:
    """What the settings say about Discord; None when they do not. Raises: ConfigError for a file of no use."""
    token = secret_of(settings, "discord_token", like=DISCORD_TOKEN, otherwise="command.fault.discord_token")
    if token is None:
        return None
    return Discord(
        token=token,
        api_url=settings.discord_api_url,
        stewards=frozenset(settings.discord_stewards),
        listening=settings.discord_listening,
        language=settings.discord_language,
        zone=settings.discord_zone,
        shards=settings.discord_shards,
        openings=settings.discord_openings,
    )
