"""What the value of a setting may look like; `bot/faults.py` has the words for what may not."""

import base64
import binascii
from collections.abc import Callable, Mapping
from datetime import time
from importlib.util import find_spec
from ipaddress import ip_address
from re import fullmatch
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_core import PydanticCustomError
from pydantic_settings import NoDecode

POSTGRES: Final = "postgresql+asyncpg"
SQLITE: Final = "sqlite"
#: How operators write database addresses → how SQLAlchemy wants them.
DRIVERS: Final[Mapping[str, str]] = {
    "postgres": POSTGRES,
    "postgresql": POSTGRES,
    POSTGRES: POSTGRES,
    SQLITE: SQLITE,
}


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise PydanticCustomError("zone", "no such time zone") from None
    return value


def _web_address(value: str) -> str:
    try:
        parts = urlsplit(value)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query and not parts.fragment
    except ValueError:
        known = False
    if value and not known:
        raise PydanticCustomError("web_address", "not a web address")
    return value.rstrip("/")


def _database_address(value: SecretStr) -> SecretStr:
    scheme, _, rest = value.get_secret_value().partition("://")
    if scheme not in DRIVERS or not rest:
        raise PydanticCustomError("database_address", "not a database address")
    if DRIVERS[scheme] == POSTGRES and find_spec("asyncpg") is None:
        raise PydanticCustomError("database_driver", "the driver is not installed")
    return value


def _key(value: SecretStr) -> SecretStr:
    keys = value.get_secret_value().replace(",", " ").split()
    if not keys or not all(map(_is_key, keys)):
        raise PydanticCustomError("key", "not a key")
    return value


def _is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, altchars=b"-_", validate=True)) == 32
    except (binascii.Error, ValueError):
        return False


def _sealed_address(value: str) -> str:
    address = _web_address(value)
    if urlsplit(address).username or not is_sealed_or_near(address):
        raise PydanticCustomError("encoder_address", "words would travel in the open")
    return address


def is_sealed_or_near(address: str) -> bool:
    """Whether nobody between can read what goes to an address: it is https, this machine or its own network."""
    parts = urlsplit(address)
    return parts.scheme != "http" or _is_near(parts.hostname or "")


def _is_near(host: str) -> bool:
    """Whether a host is this machine or on its own network: no name of a site in the world, no address in it."""
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".local", ".internal", ".localhost"))


def _token(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value()) < 16:
        raise PydanticCustomError("token", "too easy to guess")
    return value


def _secret(pattern: str, fault: str) -> AfterValidator:
    def checked(value: SecretStr) -> SecretStr:
        if not fullmatch(pattern, value.get_secret_value()):
            raise PydanticCustomError(fault, "not of this kind")
        return value

    return AfterValidator(checked)


def _words(pattern: str, fault: str) -> Callable[[str], str]:
    def checked(value: str) -> str:
        if value and not fullmatch(pattern, value):
            raise PydanticCustomError(fault, "not of this kind")
        return value

    return checked


def _listed(value: Any) -> Any:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _bare(value: Any) -> Any:
    return value.strip().removeprefix("/").lower() if isinstance(value, str) else value


#: What each secret of Slack looks like; the same for those in files.
SLACK_BOT_TOKEN: Final = r"xoxb-[!-~]+"
SLACK_APP_TOKEN: Final = r"xapp-[!-~]+"
SLACK_SECRET: Final = r"(?!xox|xapp-)[!-~]{16,}"
#: What the token of a Discord bot looks like: who it is, when it was made, and its seal, with dots between.
DISCORD_TOKEN: Final = r"[\w-]+\.[\w-]+\.[\w-]+"

Language = Literal["en", "fr"]
Zone = Annotated[str, AfterValidator(_zone)]
Days = Annotated[int, Field(ge=1, le=3650)]
Few = Annotated[int, Field(ge=1, le=100)]
Hours = Annotated[tuple[time, ...], NoDecode, BeforeValidator(_listed), Field(min_length=1)]
Steps = Annotated[tuple[Days, ...], NoDecode, BeforeValidator(_listed), Field(min_length=1)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
#: An address that may be sent what others must not read.
SealedAddress = Annotated[str, AfterValidator(_sealed_address)]
DatabaseAddress = Annotated[SecretStr, AfterValidator(_database_address)]
Key = Annotated[SecretStr, AfterValidator(_key)]
Token = Annotated[SecretStr, AfterValidator(_token)]
Bearer = Annotated[SecretStr, _secret("[!-~]+", "bearer")]
SlackBotToken = Annotated[SecretStr, _secret(SLACK_BOT_TOKEN, "slack_bot_token")]
SlackAppToken = Annotated[SecretStr, _secret(SLACK_APP_TOKEN, "slack_app_token")]
SlackSecret = Annotated[SecretStr, _secret(SLACK_SECRET, "slack_secret")]
SlackClient = Annotated[str, AfterValidator(_words(r"[0-9]+\.[0-9]+", "slack_client"))]
#: A slash command, without its slash.
CommandName = Annotated[str, BeforeValidator(_bare), AfterValidator(_words(r"[a-z0-9_-]{1,31}", "command_name"))]
SlackMember = Annotated[str, AfterValidator(_words(r"(T[A-Z0-9]+:)?[UW][A-Z0-9]+", "slack_member"))]
SlackMembers = Annotated[tuple[SlackMember, ...], NoDecode, BeforeValidator(_listed)]
DiscordToken = Annotated[SecretStr, _secret(DISCORD_TOKEN, "discord_token")]
#: A user or a role, everywhere or in one server alone. Source: https://docs.discord.com/developers/reference#snowflakes
DiscordSteward = Annotated[str, AfterValidator(_words(r"([0-9]{15,20}:)?[0-9]{15,20}", "discord_steward"))]
DiscordStewards = Annotated[tuple[DiscordSteward, ...], NoDecode, BeforeValidator(_listed)]
