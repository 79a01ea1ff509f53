"""What nobody may guess, and what must differ each time; or, from a seed, the same history again."""

import base64
import hashlib
import secrets
import time
from typing import Final

from bot.ports import Random

_TOKEN_BYTES: Final = 16
_TIME_BYTES: Final = 6  # milliseconds since 1970, enough until the year 10889
_TAIL_BYTES: Final = 10


class SystemRandom(Random):
    """The operating system's generator."""

    def token(self) -> str:
        """A fresh token of 128 random bits, 22 characters of URL-safe base64."""
        return secrets.token_urlsafe(_TOKEN_BYTES)

    def id(self) -> str:
        """32 hexadecimal digits: the millisecond, so that rows made together lie together, then 80 random bits."""
        stamp = (time.time_ns() // 1_000_000).to_bytes(_TIME_BYTES, "big")
        return (stamp + secrets.token_bytes(_TAIL_BYTES)).hex()

    def seed(self) -> int:
        """A fresh seed of 63 bits, which every database can keep."""
        return secrets.randbits(63)


class SeededRandom(Random):
    """Always the same sequence from the same seed: histories that can be replayed. Not for real people."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._count = 0

    def token(self) -> str:
        """The next token of this history."""
        return base64.urlsafe_b64encode(self._next(_TOKEN_BYTES)).decode().rstrip("=")

    def id(self) -> str:
        """The next identifier of this history; they sort in the order in which they were made."""
        tail = self._next(_TAIL_BYTES)
        return (self._count.to_bytes(_TIME_BYTES, "big") + tail).hex()

    def seed(self) -> int:
        """The next seed of this history."""
        return int.from_bytes(self._next(8), "big") >> 1

    def _next(self, size: int) -> bytes:
        self._count += 1
        return hashlib.blake2b(f"{self._seed}:{self._count}".encode(), digest_size=size).digest()
