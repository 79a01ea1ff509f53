"""Settings: read once from the environment and `.env`, checked all together, frozen, and passed down.

Nobody else reads the environment. `docs/settings.md` and `.env.example` list the same settings; a test compares them.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from typing import Final, Literal

from dotenv import dotenv_values
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.domain.rules import DAY, DEFAULT_RULES, Rules
from bot.errors import ConfigError
from bot.faults import UNREADABLE, unknown, worded
from bot.messages import Phrase
from bot.values import (
    DRIVERS,
    POSTGRES,
    SQLITE,
    Bearer,
    CommandName,
    DatabaseAddress,
    Days,
    DiscordStewards,
    DiscordToken,
    Few,
    Hours,
    Key,
    Language,
    SealedAddress,
    SlackAppToken,
    SlackBotToken,
    SlackClient,
    SlackMembers,
    SlackSecret,
    Steps,
    Token,
    WebAddress,
    Zone,
    is_sealed_or_near,
)

PREFIX: Final = "COMPTOIR_"


class Settings(BaseSettings):
    """Everything that an operator can choose. Each comes from `COMPTOIR_<NAME>`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        # What a compose file passes on empty was not chosen.
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    data_dir: Path = Field(Path("var"), description="Folder of the database file and the key.")
    database_url: DatabaseAddress | None = Field(
        None, description="`postgresql://…` for several replicas. Empty: an SQLite file in the data folder."
    )
    key: Key | None = Field(
        None,
        description="Key that private texts are encrypted with, 44 characters of URL-safe base64; several with commas, "
        "newest first. Empty: the key file.",
    )
    key_file: Path | None = Field(
        None, description="File of that key, made at first start. Empty: `key` in the data folder."
    )

    host: str = Field("127.0.0.1", min_length=1, description="Address to listen on; `0.0.0.0` for every interface.")
    port: int = Field(8080, ge=1, le=65535, description="Port to listen on.")
    public_url: WebAddress = Field(
        "",
        description="Address that members type, without a slash at the end; forms from another are refused. "
        "Empty: this machine.",
    )

    house: str = Field(
        "", max_length=80, description="Name of a real community in the house. Empty: the demonstration community."
    )
    house_language: Language = Field("en", description="Language of what the bot says to everybody in the house.")
    house_zone: Zone = Field("Europe/Paris", description="Time zone of the house, by its IANA name.")

    slack_bot_token: SlackBotToken | None = Field(
        None, description="Token of the bot in one Slack workspace, `xoxb-…`. Empty: the next setting's file, or OAuth."
    )
    slack_bot_token_file: Path | None = Field(None, description="File that holds it.")
    slack_app_token: SlackAppToken | None = Field(
        None,
        description="Token of the Slack app for Socket Mode, `xapp-…`. With it Slack needs no way in from outside. "
        "Empty: the next setting's file, or HTTP.",
    )
    slack_app_token_file: Path | None = Field(None, description="File that holds it.")
    slack_signing_secret: SlackSecret | None = Field(
        None,
        description="What Slack signs its requests with, for HTTP mode: it sends them to `/slack/events` of the public "
        "address. Empty: the next setting's file, or Socket Mode.",
    )
    slack_signing_secret_file: Path | None = Field(None, description="File that holds it.")
    slack_client_id: SlackClient = Field(
        "",
        description="Client id of the Slack app, for several workspaces, which install it at `/slack/install` of the "
        "public address. Empty: one workspace, by its token.",
    )
    slack_client_secret: SlackSecret | None = Field(
        None, description="Its client secret. Empty: the next setting's file, or none."
    )
    slack_client_secret_file: Path | None = Field(None, description="File that holds it.")
    slack_api_url: SealedAddress = Field(
        "https://slack.com/api", description="Where Slack's Web API is, such as `https://slack-gov.com/api`."
    )
    slack_need_command: CommandName = Field(
        "", description="Slash command for a need, without its slash. Empty: `need`, and in French `besoin`."
    )
    slack_offer_command: CommandName = Field(
        "", description="Slash command for an offer. Empty: `offer`, and in French `offre`."
    )
    slack_root_command: CommandName = Field("comptoir", description="Slash command for everything else.")
    slack_listening: bool = Field(
        False,
        description="`true` asks workspaces for the permission to read channels that the app is invited to, where "
        "stewards open one to listening. `false`: the app can read no channel at all.",
    )
    slack_stewards: SlackMembers = Field(
        (),
        description="Who looks after Comptoir in Slack, by member ids such as `U012AB3CD`, or `T012AB3CD:U012AB3CD` "
        "for that workspace alone. Empty: the admins and owners of each workspace.",
    )
    slack_language: Language | None = Field(
        None, description="Language of what Comptoir says in Slack to everybody. Empty: that of whoever installed it."
    )
    slack_zone: Zone | None = Field(
        None, description="Time zone of the workspaces. Empty: that of whoever installed Comptoir there."
    )

    discord_token: DiscordToken | None = Field(
        None, description="Token of the Discord bot. Empty: the next setting's file, or no Discord."
    )
    discord_token_file: Path | None = Field(None, description="File that holds it.")
    discord_api_url: SealedAddress = Field(
        "https://discord.com/api/v10", description="Where Discord's API is, for a proxy that paces what is asked."
    )
    discord_listening: bool = Field(
        False,
        description="`true` lets stewards open channels to listening, for which the app must be given the *Message "
        "Content Intent*. `false`: no message of any channel is read, but for what mentions Comptoir.",
    )
    discord_stewards: DiscordStewards = Field(
        (),
        description="Who looks after Comptoir in Discord, by ids of people or roles such as `123456789012345678`, or "
        "`234567890123456789:123456789012345678` for that server alone. Empty: whoever may manage a server.",
    )
    discord_language: Language | None = Field(
        None, description="Language of what Comptoir says in Discord to everybody. Empty: that of each server."
    )
    discord_zone: Zone | None = Field(
        None,
        description="Time zone of the servers, which Discord does not tell; members choose their own. Empty: that of "
        "the house.",
    )
    discord_shards: int | None = Field(
        None,
        ge=1,
        le=1000,
        description="Connections that the servers are spread over; let every replica say the same. Empty: as many as "
        "Discord recommends.",
    )
    discord_openings: int = Field(
        480,
        ge=24,
        le=8000,
        description="Direct messages that are begun with somebody new in a day, at most, ten seconds apart and by all "
        "replicas together: Discord stops who begins many, and does not say how many.",
    )

    engine: Literal["meaning", "words"] = Field(
        "meaning",
        description="How notices are compared: by what they mean and by their words, or by `words` alone, which saves "
        "200 MB of memory. Without the language model it is words alone in any case.",
    )
    encoder_url: SealedAddress = Field(
        "",
        description="Address of a language model elsewhere, such as `http://localhost:11434/v1`, that speaks the "
        "embeddings API. It is sent the words of notices; run `comptoir calibrate` before it is used. Empty: the model "
        "that comes with a package, if it is installed.",
    )
    encoder_model: str = Field("", max_length=200, description="Name of the model at that address.")
    encoder_key: Bearer | None = Field(
        None, description="What that address wants as a bearer token. Empty: the next setting's file, or none."
    )
    encoder_key_file: Path | None = Field(None, description="File that holds it.")
    search: Literal["memory", "database"] = Field(
        "memory",
        description="Where candidates are looked for: in an index in the memory of each process, or in the `database`, "
        "one for all replicas. That must be PostgreSQL, and keeps keyed hashes of words; let every replica say the "
        "same.",
    )

    metrics_token: Token | None = Field(
        None,
        description="Shows `/metrics` to who sends it as a bearer token, 16 characters or more. Empty: no such page.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="How much is logged. No level logs private texts."
    )
    log_format: Literal["console", "json"] = Field("console", description="`json` for machines that read logs.")
    tick_seconds: float = Field(5, ge=0.05, le=300, description="The longest pause between two looks at what is due.")

    undo_seconds: int = Field(30, ge=0, le=3600, description="How long a second yes can still be taken back.")
    draft_minutes: int = Field(60, ge=5, le=1440, description="A notice that its author never approved is forgotten.")
    need_days: Days = Field(21, description="How long a need stays open.")
    offer_days: Days = Field(180, description="How long an offer stays open, standing offers aside.")
    warning_days: Days = Field(3, description="How long before the end of a notice its author is told.")
    card_days: Days = Field(7, description="How long a card can be answered.")
    reminder_days: Days = Field(4, description="When the one reminder of a card leaves.")
    repeat_days: Days = Field(180, description="The same two people are not asked again within this.")
    follow_up_days: Days = Field(3, description="When the two are asked how it went.")
    nudge_days: Steps = Field(
        (30, 60, 120, 240), description="Pauses between nudges about one tie; the last one repeats."
    )
    nudge_cap: int = Field(2, ge=0, le=30, description="Nudges that one person gets in thirty days, at most.")
    wave_size: Few = Field(2, description="Helpers asked at a time for one need.")
    waves: Few = Field(3, description="Waves of asks for one need, at most.")
    wave_slots: Hours = Field((time(10), time(17)), description="Local hours at which later waves leave.")
    load_cap: Few = Field(3, description="Open cards that one person has as a helper, at most.")
    open_needs: Few = Field(3, description="Open needs of one member, at most.")
    open_offers: Few = Field(12, description="Open offers of one member, at most.")
    notices_a_day: Few = Field(5, description="New needs and offers of one member in a day, at most.")
    common_hours: int = Field(2, ge=0, le=24, description="Least common waking hours of two people who are to meet.")

    @property
    def demonstration(self) -> bool:
        """Whether the house shows the demonstration community, with its switch and its clock: where nothing is real."""
        return not (self.has_house or self.in_slack or self.in_discord)

    @property
    def has_house(self) -> bool:
        """Whether there is a real community in the house."""
        return bool(self.house.strip())

    @property
    def database(self) -> str:
        """The database's address, as SQLAlchemy wants it. May hold a password: never log it."""
        if self.database_url is None:
            return f"{SQLITE}:///{self.data_dir.expanduser().absolute() / 'comptoir.db'}"
        scheme, _, rest = self.database_url.get_secret_value().partition("://")
        # libpq's `sslmode` is what providers hand out; asyncpg calls it `ssl`.
        return f"{DRIVERS[scheme]}://{rest.replace('sslmode=', 'ssl=')}"

    @property
    def in_slack(self) -> bool:
        """Whether anything says that Comptoir is to be in Slack."""
        return bool(self.slack_client_id) or any(map(self.has, _OF_SLACK))

    @property
    def in_discord(self) -> bool:
        """Whether anything says that Comptoir is to be in Discord."""
        return self.has("discord_token")

    @property
    def slack_need_commands(self) -> tuple[str, ...]:
        """The slash commands that are understood as a need, without the slash: English first."""
        return (self.slack_need_command,) if self.slack_need_command else ("need", "besoin")

    @property
    def slack_offer_commands(self) -> tuple[str, ...]:
        """The slash commands that are understood as an offer, without the slash: English first."""
        return (self.slack_offer_command,) if self.slack_offer_command else ("offer", "offre")

    def has(self, secret: str) -> bool:
        """Whether a secret is given, here or in its file."""
        return any(getattr(self, name) is not None for name in (secret, f"{secret}_file"))

    @property
    def on_postgres(self) -> bool:
        """Whether the database is PostgreSQL."""
        return self.database.startswith(POSTGRES)

    @property
    def key_path(self) -> Path:
        """Where the key is kept, unless `key` gives it."""
        return (self.key_file or self.data_dir / "key").expanduser()

    @property
    def address(self) -> str:
        """What members type to come in, without a slash at the end."""
        return self.public_url or self.local_address

    @property
    def local_address(self) -> str:
        """The same from this machine itself."""
        host = {"0.0.0.0": "localhost", "::": "localhost"}.get(self.host, self.host)
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def tick(self) -> timedelta:
        """Pause between two looks at what is due."""
        return timedelta(seconds=self.tick_seconds)

    def rules(self) -> Rules:
        """The durations and caps that the domain works with."""
        return replace(
            DEFAULT_RULES,
            draft_life=timedelta(minutes=self.draft_minutes),
            need_life=self.need_days * DAY,
            offer_life=self.offer_days * DAY,
            expiry_warning=self.warning_days * DAY,
            card_life=self.card_days * DAY,
            reminder_after=self.reminder_days * DAY,
            undo=timedelta(seconds=self.undo_seconds),
            wave_size=self.wave_size,
            waves=self.waves,
            wave_slots=self.wave_slots,
            load_cap=self.load_cap,
            open_needs=self.open_needs,
            open_offers=self.open_offers,
            notices_a_day=self.notices_a_day,
            repeat_after=self.repeat_days * DAY,
            follow_up_after=self.follow_up_days * DAY,
            nudge_steps=tuple(days * DAY for days in self.nudge_days),
            nudge_cap=self.nudge_cap,
            common_hours=self.common_hours,
        )


#: Settings whose value no fault may repeat.
SECRETS: Final = frozenset(
    {
        "key", "database_url", "encoder_key", "encoder_url", "metrics_token",
        "slack_bot_token", "slack_app_token", "slack_signing_secret", "slack_client_secret", "slack_api_url",
        "discord_token", "discord_api_url",
    }
)  # fmt: skip
_OF_SLACK: Final = ("slack_bot_token", "slack_app_token", "slack_signing_secret", "slack_client_secret")


def operator_language() -> str:
    """The language to speak to whoever types commands: "fr" or "en"."""
    chosen = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return "fr" if chosen.lower().startswith("fr") else "en"


def load_settings() -> Settings:
    """Read and check everything.

    Raises: ConfigError with every fault at once: which variable, what is wrong with it, and how to mend it.
    """
    try:
        given = _given()
    except (OSError, UnicodeDecodeError):
        raise ConfigError(UNREADABLE) from None
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    faults = [unknown(name, known, prefix=PREFIX) for name in sorted(given) if name not in known]
    wrong: set[str] = set()
    try:
        settings = Settings()
    except ValidationError as invalid:
        errors = invalid.errors()
        faults += [worded(error, given, prefix=PREFIX, secrets=SECRETS) for error in errors]
        wrong = {str(error["loc"][0]) for error in errors}
        settings = Settings(**{name: Settings.model_fields[name].default for name in wrong})
    faults += [fault for names, fault in _disagreements(settings) if not names & wrong]
    if faults:
        raise ConfigError(*(fault for at, fault in enumerate(faults) if fault not in faults[:at]))
    return settings


def _disagreements(settings: Settings) -> Iterator[tuple[frozenset[str], Phrase]]:
    """Settings that are right one by one and wrong together: which, and what is wrong."""
    if settings.reminder_days >= settings.card_days:
        yield frozenset({"reminder_days", "card_days"}), Phrase("command.fault.reminder_after_card")
    if settings.warning_days >= min(settings.need_days, settings.offer_days):
        yield frozenset({"warning_days", "need_days", "offer_days"}), Phrase("command.fault.warning_before_notice")
    if settings.key and settings.key_file:
        yield frozenset({"key", "key_file"}), Phrase("command.fault.two_keys")
    if settings.encoder_key and settings.encoder_key_file:
        yield frozenset({"encoder_key", "encoder_key_file"}), Phrase("command.fault.two_encoder_keys")
    if bool(settings.encoder_url) != bool(settings.encoder_model):
        yield frozenset({"encoder_url", "encoder_model"}), Phrase("command.fault.half_an_encoder")
    if settings.search == "database" and not settings.on_postgres:
        yield frozenset({"search", "database_url"}), Phrase("command.fault.search_needs_postgres")
    for secret in (*_OF_SLACK, "discord_token"):
        file = f"{secret}_file"
        if getattr(settings, secret) and getattr(settings, file):
            both = {"one": PREFIX + secret.upper(), "other": PREFIX + file.upper()}
            yield frozenset({secret, file}), Phrase("command.fault.two_of", both)
    yield from _slack_disagreements(settings)


def _slack_disagreements(settings: Settings) -> Iterator[tuple[frozenset[str], Phrase]]:
    bot, app, signing, client = map(settings.has, _OF_SLACK)
    several = client or bool(settings.slack_client_id)
    for wrong, names, code in (
        (client != bool(settings.slack_client_id), ("client_id", "client_secret"), "command.fault.slack_half_a_client"),
        (bot and several, ("bot_token", "client_id", "client_secret"), "command.fault.slack_one_or_several"),
        (app and signing, ("app_token", "signing_secret"), "command.fault.slack_two_modes"),
        ((app or signing) and not (bot or several), ("bot_token",), "command.fault.slack_no_bot_token"),
        ((bot or several) and not (app or signing), ("app_token", "signing_secret"), "command.fault.slack_no_mode"),
        (
            not _is_apart(settings),
            ("need_command", "offer_command", "root_command"),
            "command.fault.slack_same_commands",
        ),
    ):
        if wrong:
            yield frozenset(f"slack_{name}" for name in names), Phrase(code)
    if several and not (settings.public_url and is_sealed_or_near(settings.public_url)):
        yield frozenset({"public_url"}), Phrase("command.fault.slack_no_public_url")


def _is_apart(settings: Settings) -> bool:
    names = [*settings.slack_need_commands, *settings.slack_offer_commands, settings.slack_root_command]
    return len(set(names)) == len(names)


def _given() -> dict[str, str]:
    """What starts with our prefix, in `.env` or the environment, by name."""
    file = Path(str(Settings.model_config["env_file"]))
    written = dotenv_values(file, encoding="utf-8") if file.exists() else {}
    both = {**written, **os.environ}
    return {name.upper(): value or "" for name, value in both.items() if name.upper().startswith(PREFIX)}
