"""Sealing: what people say and are called is encrypted before the database sees it. The key lives outside of it."""

import hmac
import json
import os
from base64 import b64decode, b64encode, urlsafe_b64decode
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.errors import ConfigError
from bot.messages import Phrase


class Unsealable(Exception):
    """Sealed with a key that we do not hold."""


#: Bytes of the random number that makes each envelope another one: with 96 bits of chance, one key is good for 2**32
#: envelopes (NIST SP 800-38D, 8.3).
NONCE = 12
#: How an envelope of ours begins; those of the first versions, made with Fernet, begin with "gAAAA".
FORM = "1:"


class Sealer:
    """Seals and opens with one or several keys, newest first: the first seals, every one opens.

    A key is 32 random bytes in URL-safe base64, as `Fernet.generate_key` makes them.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        try:
            self._before = MultiFernet([Fernet(key) for key in keys])
            self._keys = [AESGCM(urlsafe_b64decode(key)) for key in keys]
        except ValueError:
            raise ConfigError(Phrase("command.fault.unusable_key")) from None

    def __repr__(self) -> str:
        return "Sealer(***)"

    def seal(self, plain: Any) -> str:
        """Anything that JSON can hold, as one opaque text."""
        return self._sealed(json.dumps(plain, separators=(",", ":")).encode())

    def open(self, sealed: str) -> Any:
        """The inverse of `seal`. Raises: Unsealable."""
        return json.loads(self._opened(sealed))

    def reseal(self, sealed: str) -> str:
        """The same content under the newest key. Raises: Unsealable."""
        return self._sealed(self._opened(sealed))

    def _sealed(self, plain: bytes) -> str:
        nonce = os.urandom(NONCE)
        return FORM + b64encode(nonce + self._keys[0].encrypt(nonce, plain, None)).decode()

    def _opened(self, sealed: str) -> bytes:
        try:
            if not sealed.startswith(FORM):
                return self._before.decrypt(sealed)
            envelope = b64decode(sealed[len(FORM) :], validate=True)
        except (InvalidToken, ValueError):
            raise Unsealable from None
        nonce, content = envelope[:NONCE], envelope[NONCE:]
        for key in self._keys:
            try:
                return key.decrypt(nonce, content, None)
            except (InvalidTag, ValueError):
                continue
        raise Unsealable


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
