import asyncio
from collections.abc import Mapping
from datetime import timedelta

from starlette.applications import Starlette
from starlette.testclient import TestClient

from adapters.web.health import Probe, health_routes


async def well() -> None:
    await asyncio.sleep(0)


async def broken() -> None:
    raise ConnectionError("amina's password is wrong")


async def stuck() -> None:
    await asyncio.Event().wait()


def asking(probes: Mapping[str, Probe]) -> TestClient:
    return TestClient(Starlette(routes=health_routes(probes, patience=timedelta(milliseconds=20))))


def test_it_is_alive_whatever_the_database_does() -> None:
    answer = asking({"database": broken}).get("/livez")

    assert (answer.status_code, answer.json()) == (200, {"alive": True})


def test_it_is_ready_when_every_probe_is_well() -> None:
    client = asking({"database": well, "index": well})

    assert client.get("/readyz").json() == {"ready": True, "failing": []}
    assert client.get("/healthz").status_code == 200


def test_it_names_what_is_not_ready_and_nothing_more() -> None:
    answer = asking({"database": broken, "gateway": stuck, "index": well}).get("/readyz")

    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "failing": ["database", "gateway"]}
    assert answer.headers["cache-control"] == "no-store"
