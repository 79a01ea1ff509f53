"""How the gateway packs what it sends: plain, or as one compressed stream for each connection.

Source: https://docs.discord.com/developers/events/gateway#transport-compression.
"""

import importlib
import json
import zlib
from collections.abc import Callable
from typing import Any

from tests.platforms.discord.state import Json

Pack = Callable[[Json], str | bytes]


def text(payload: Json) -> str:
    return json.dumps(payload, separators=(",", ":"))


def packing(asked: str) -> Pack:
    """The way for a connection that asked for `compress=…` in its address."""
    if asked == "zlib-stream":
        squeeze = zlib.compressobj()
        return lambda payload: squeeze.compress(text(payload).encode()) + squeeze.flush(zlib.Z_SYNC_FLUSH)
    if asked == "zstd-stream" and (make := _zstandard()) is not None:
        return make()
    return text


def _zstandard() -> Callable[[], Pack] | None:
    """Zstandard, where Python or a package has it: a client that asks has it too, as here both are one environment."""
    for name in ("compression.zstd", "zstandard"):
        try:
            found: Any = importlib.import_module(name)
        except ImportError:
            continue
        return lambda: _stream(found)
    return None


def _stream(module: Any) -> Pack:
    if hasattr(module, "ZstdCompressor") and hasattr(module.ZstdCompressor, "FLUSH_BLOCK"):
        squeeze = module.ZstdCompressor()
        return lambda payload: bytes(squeeze.compress(text(payload).encode(), mode=squeeze.FLUSH_BLOCK))
    stream = module.ZstdCompressor().compressobj()
    flush = module.COMPRESSOBJ_FLUSH_BLOCK
    return lambda payload: bytes(stream.compress(text(payload).encode()) + stream.flush(flush))
