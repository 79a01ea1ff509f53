"""The indexes on disk beside the database, sealed, so that a start reads them instead of every notice."""

import os
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from numpy.typing import NDArray

from bot.domain.ids import CommunityId, NoticeId
from matching.arrays import joined, split
from matching.fingerprint import fingerprint
from matching.index import Index
from matching.snapshot import Header, UnfitError, load, save

#: What an index is made of, as arrays, and an index of that.
State = Mapping[str, Mapping[str, NDArray[Any]]]
Made = Callable[[State], Index]
#: Bytes of the random number of each frame (NIST SP 800-38D, 8.3).
NONCE: Final = 12
NAME: Final = "index.snapshot"
log = structlog.get_logger()


@dataclass(frozen=True)
class Kept:
    """Indexes as they were after a change of the store's feed, and the notice that changed then."""

    change: int
    notice: NoticeId
    indexes: Mapping[CommunityId, Index]


class Snapshots:
    """One file in a folder of the house's own. Whatever is wrong with it, there is none, and it is taken away.

    Args: `secret` is one of the database's own: it seals the file, and says which database it is of; `encoder` names
    the model and its version, "" for words alone. Neither another database, nor another version of the engine or of
    the encoder, reads it.
    """

    def __init__(self, folder: Path, *, secret: str, encoder: str) -> None:
        self._path = folder / NAME
        self._cipher = AESGCM(sha256(f"index snapshot {secret}".encode()).digest())
        self._store = sha256(f"index store {secret}".encode()).hexdigest()
        self._made_by = f"{fingerprint()} {encoder}"

    def save(self, kept: Kept) -> None:
        """Write it, in place of an earlier one. What cannot be written is left: the store has everything."""
        names = list(kept.indexes)
        parts: dict[str, Mapping[str, NDArray[Any]]] = {"communities": joined(names)}
        for number, name in enumerate(names):
            parts |= {f"{number} {part}": arrays for part, arrays in kept.indexes[name].state().items()}
        header = Header(self._made_by, self._store, kept.change, kept.notice)
        try:
            save(self._path, header, parts, seal=self._seal)
        except OSError:
            log.warning("index_snapshot_unwritten", exc_info=True)

    def load(self, made: Made) -> Kept | None:
        """Read it; None when there is none that fits."""
        try:
            header, parts = load(self._path, made_by=self._made_by, store=self._store, unseal=self._unseal)
            states: defaultdict[str, dict[str, Mapping[str, NDArray[Any]]]] = defaultdict(dict)
            for name, arrays in parts.items():
                number, _, part = name.partition(" ")
                states[number][part] = arrays
            names = enumerate(split(parts["communities"]))
            indexes = {CommunityId(name): made(states[str(number)]) for number, name in names}
        except FileNotFoundError:
            return None
        except (OSError, UnfitError, InvalidTag, ValueError, KeyError) as fault:
            log.info("index_snapshot_unfit", fault=type(fault).__name__, code=getattr(fault, "code", ""))
            self.drop()
            return None
        return Kept(header.change, NoticeId(header.last), indexes)

    def drop(self) -> None:
        """Take it away, as when somebody whose words are in it was erased."""
        try:
            self._path.unlink(missing_ok=True)
        except OSError:
            log.warning("index_snapshot_undeleted", exc_info=True)

    def _seal(self, frame: bytes, number: int) -> bytes:
        nonce = os.urandom(NONCE)
        return nonce + self._cipher.encrypt(nonce, frame, self._bound(number))

    def _unseal(self, sealed: bytes, number: int) -> bytes:
        return self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], self._bound(number))

    def _bound(self, number: int) -> bytes:
        """What a frame is bound to: whose it is, who made it, and its place."""
        return f"{self._store} {self._made_by} {number}".encode()
