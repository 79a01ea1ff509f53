"""What was typed into a form: read within bounds, and only from a form of ours."""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request

from adapters.house.visits import Visit

#: Largest form, in bytes.
BODY_LIMIT: Final = 256 * 1024
#: Read and thrown away up to here, so that the browser gets to see the answer.
PATIENCE: Final = 8 * BODY_LIMIT
#: Longest text in one field, in bytes.
TEXT_LIMIT: Final = 16 * 1024
FIELDS: Final = 200
#: Names of this very machine, as browsers write them in an address.
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
DEFAULT_PORTS: Final = {"http": 80, "https": 443}
SUBMISSION: Final = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True)
class Typed:
    """The fields of one form, each possibly several times."""

    fields: Mapping[str, tuple[str, ...]]

    @property
    def submission(self) -> str:
        """The random name of this sending: the same for a double click and a reload."""
        return self.text("submission")

    def text(self, name: str) -> str:
        """A field's text, empty when it is not there."""
        return self.every(name)[0] if self.every(name) else ""

    def every(self, name: str) -> tuple[str, ...]:
        """All that was ticked under that name."""
        return self.fields.get(name, ())

    def ticked(self, name: str) -> bool:
        """Whether a box is ticked."""
        return bool(self.text(name))


async def read_typed(visit: Visit) -> Typed:
    """Read a form. Raises: HTTPException 403 when it is not ours, 413 when it is too long, 400 when unreadable."""
    check_origin(visit.request, visit.counter.public_url)
    typed = Typed(_fields(await _body(visit.request)))
    if not hmac.compare_digest(typed.text("proof").encode(), visit.form_token.encode()):
        raise HTTPException(403)
    if not SUBMISSION.fullmatch(typed.submission):
        raise HTTPException(400)
    return typed


def check_origin(request: Request, public_url: str) -> None:
    """Refuse what another site sends. Raises: HTTPException 403."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise HTTPException(403)
    origin = request.headers.get("origin")
    if origin is None:
        return
    host, port = _site(public_url)
    # What the Host says is the sender's word; on a laptop the public address may be another name of the same.
    ours = LOOPBACK if host in LOOPBACK else {host}
    if host is None or _site(origin) not in {(name, port) for name in ours}:
        raise HTTPException(403)


def _site(url: str) -> tuple[str | None, int | None]:
    """Host and port of an address; no host when it is unreadable."""
    try:
        parts = urlsplit(url)
        return parts.hostname, parts.port or DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return None, None


async def _body(request: Request) -> bytes:
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        raise HTTPException(400)
    body, seen = bytearray(), 0
    async for chunk in request.stream():
        seen += len(chunk)
        if seen <= BODY_LIMIT:
            body += chunk
        elif seen > PATIENCE:
            break
    if seen > BODY_LIMIT:
        raise HTTPException(413)
    return bytes(body)


def _fields(body: bytes) -> dict[str, tuple[str, ...]]:
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=FIELDS, errors="replace")
    except ValueError:
        raise HTTPException(400) from None
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        if len(value.encode()) > TEXT_LIMIT:
            raise HTTPException(413)
        # A NUL means nothing in a text, and PostgreSQL keeps none.
        fields[name] = (*fields.get(name, ()), value.replace("\0", ""))
    return fields
