"""Names for things of ours that go through a service: they say nothing, fit one member alone, and cannot be made up."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from hashlib import sha256
from os import urandom
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.domain.ids import MemberId
from bot.errors import Refusal

NONCE: Final = 12


class Veil:
    """AES-GCM with a key of its own; the member is authenticated with it."""

    def __init__(self, secret: str) -> None:
        self._box = AESGCM(sha256(secret.encode()).digest())

    def over(self, member: MemberId, thing: str) -> str:
        """A name for `thing` that is good for this member: about 40 characters more than it, another each time."""
        nonce = urandom(NONCE)
        return urlsafe_b64encode(nonce + self._box.encrypt(nonce, thing.encode(), member.encode())).decode()

    def lifted(self, member: MemberId, name: str) -> str:
        """What is behind a name. Raises: Refusal("gone") for one that is not this member's, or none at all."""
        try:
            sealed = urlsafe_b64decode(name.encode("ascii"))
            return self._box.decrypt(sealed[:NONCE], sealed[NONCE:], member.encode()).decode()
        except (UnicodeEncodeError, NotBase64, ValueError, InvalidTag):
            raise Refusal("gone") from None
