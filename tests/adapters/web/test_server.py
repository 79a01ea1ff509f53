import asyncio
import errno
import signal
import socket
import urllib.request

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from adapters.web.server import Server, listening


async def hello(request: Request) -> Response:
    return PlainTextResponse("hello")


APP = Starlette(routes=[Route("/", hello)])


def free_port() -> int:
    with listening("127.0.0.1", 0) as socket_:
        port = socket_.getsockname()[1]
        assert isinstance(port, int)
        return port


def ask(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
        return str(answer.read().decode())


async def test_it_answers_once_it_has_started_and_not_after_it_stopped() -> None:
    port = free_port()
    server = Server(APP, host="127.0.0.1", port=port)

    await server.start()
    answer = await asyncio.to_thread(ask, port)
    await server.stop()

    assert answer == "hello"
    with pytest.raises(OSError, match="refused"):
        await asyncio.to_thread(ask, port)


async def test_it_waits_until_it_is_told_to_stop() -> None:
    server = Server(APP, host="127.0.0.1", port=free_port())
    stop = asyncio.Event()
    await server.start()

    waiting = asyncio.create_task(server.until(stop))
    stop.set()
    await asyncio.wait_for(waiting, 5)

    await server.stop()


async def test_it_leaves_signals_to_the_whole_program() -> None:
    before = signal.getsignal(signal.SIGINT)
    server = Server(APP, host="127.0.0.1", port=free_port())

    await server.start()

    assert signal.getsignal(signal.SIGINT) is before
    await server.stop()


async def test_stopping_before_the_start_does_nothing() -> None:
    await Server(APP, host="127.0.0.1", port=0).stop()


async def test_an_address_that_is_taken_is_told_at_once() -> None:
    with listening("127.0.0.1", 0) as taken:
        with pytest.raises(OSError) as raised:
            await Server(APP, host="127.0.0.1", port=taken.getsockname()[1]).start()

        assert raised.value.errno == errno.EADDRINUSE


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
def test_it_can_listen_on_the_new_internet_as_well() -> None:
    try:
        socket_ = listening("::1", 0)
    except OSError:
        pytest.skip("this machine has no IPv6")

    with socket_:
        assert socket_.family == socket.AF_INET6
