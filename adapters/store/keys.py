"""Sealing: what people say and are called is encrypted before the database sees it. The key lives outside of it."""

import hmac
import json
import os
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.errors import ConfigError
from bot.messages import Phrase


class Unsealable(Exception):
    """Sealed with a key that we do not hold."""


class Sealer:
    """Seals and opens with one or several keys, newest first: the first seals, every one opens."""

    def __init__(self, keys: Sequence[str]) -> None:
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError:
            raise ConfigError(Phrase("command.fault.unusable_key")) from None

    def __repr__(self) -> str:
        return "Sealer(***)"

    def seal(self, plain: Any) -> str:
        """Anything that JSON can hold, as one opaque text."""
        return self._fernet.encrypt(json.dumps(plain, separators=(",", ":")).encode()).decode()

    def open(self, sealed: str) -> Any:
        """The inverse of `seal`. Raises: Unsealable."""
        try:
            return json.loads(self._fernet.decrypt(sealed))
        except InvalidToken:
            raise Unsealable from None

    def reseal(self, sealed: str) -> str:
        """The same content under the newest key. Raises: Unsealable."""
        try:
            return self._fernet.rotate(sealed).decode()
        except InvalidToken:
            raise Unsealable from None


def key_from(text: str) -> Sealer:
    """A sealer from keys given as text, newest first, with white space or commas between."""
    return Sealer(text.replace(",", " ").split())


def load_or_make_key(path: Path) -> Sealer:
    """The sealer of the key file; the first start makes one that only its owner can read.

    The file holds one key a line, newest first; to change the key, put a new first line. Losing it loses every name
    and text.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _load(path)
    with os.fdopen(handle, "wb") as file:
        file.write(Fernet.generate_key() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return _load(path)


def _load(path: Path) -> Sealer:
    try:
        return key_from(path.read_text())
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            Phrase("command.fault.unreadable_key", {"path": str(path), "error": type(error).__name__})
        ) from None
    except ConfigError as error:
        raise ConfigError(
            *(Phrase("command.fault.of_file", {"path": str(path), "what": fault}) for fault in error.faults)
        ) from None


def keyed_hash(pepper: str, *parts: str) -> str:
    """What stands for some text where the text itself must not stand; the same for the same database only."""
    return hmac.new(pepper.encode(), "\x1f".join(parts).encode(), sha256).hexdigest()
