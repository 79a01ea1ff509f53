"""Is it alive, is it ready: for machines that restart it or send people to it. Says nothing about anybody."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Final, TypeAlias

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

log = structlog.get_logger()

#: Looks at one thing that we need, such as the database; raises when it is not well.
Probe: TypeAlias = Callable[[], Awaitable[None]]
_NOT_KEPT: Final = {"Cache-Control": "no-store"}


def health_routes(probes: Mapping[str, Probe], *, patience: timedelta = timedelta(seconds=2)) -> Sequence[BaseRoute]:
    """`/livez` answers as long as the program does; `/readyz` and its alias `/healthz` when every probe is well."""

    async def alive(request: Request) -> Response:
        return JSONResponse({"alive": True}, headers=_NOT_KEPT)

    async def ready(request: Request) -> Response:
        names = sorted(probes)
        well = await asyncio.gather(*(_is_well(name, probes[name], patience) for name in names))
        failing = [name for name, fine in zip(names, well, strict=True) if not fine]
        return JSONResponse(
            {"ready": not failing, "failing": failing}, status_code=503 if failing else 200, headers=_NOT_KEPT
        )

    return [Route("/livez", alive), Route("/readyz", ready), Route("/healthz", ready)]


async def _is_well(name: str, probe: Probe, patience: timedelta) -> bool:
    try:
        await asyncio.wait_for(probe(), patience.total_seconds())
    except Exception:
        log.warning("probe failed", kind=name, exc_info=True)
        return False
    return True
