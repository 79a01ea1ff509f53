"""Too much, unreadable, broken: a clear page in the reader's language, and no traceback."""

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.adapters.house.visitor import ADDRESS, Visitor, app_of
from tests.world import World

FORM = {"content-type": "application/x-www-form-urlencoded"}


async def test_an_endless_form_is_too_long(amina: Visitor) -> None:
    response = await amina.client.post("/say/channel", content=b"text=" + b"x" * 300_000, headers=FORM)

    assert response.status_code == 413
    assert "This is too long" in response.text


async def test_a_very_endless_form_is_not_even_read(amina: Visitor) -> None:
    response = await amina.client.post("/say/channel", content=b"x" * 3_000_000, headers=FORM)

    assert response.status_code == 413


async def test_a_long_text_is_too_long(amina: Visitor) -> None:
    response = await amina.send("/say/channel", text="é" * 10_000)

    assert response.status_code == 413


async def test_a_longer_line_than_the_room_takes_is_refused_in_words(amina: Visitor) -> None:
    await amina.send("/say/channel", text="x" * 2_001)

    assert 'class="word"' in amina.page


@pytest.mark.parametrize("body", [b"\xff\xfe", b"&".join([b"a=b"] * 300), b""])
async def test_what_is_no_form_of_ours_is_refused(amina: Visitor, body: bytes) -> None:
    response = await amina.client.post("/say/channel", content=body, headers=FORM)

    assert response.status_code in (400, 403)


async def test_another_kind_of_body_is_refused(amina: Visitor) -> None:
    response = await amina.client.post("/say/channel", json={"text": "x"})

    assert response.status_code == 400


@pytest.mark.parametrize("submission", ["", "short", "a b c d e f g h i j", "x" * 65])
async def test_a_form_says_which_sending_it_is(amina: Visitor, submission: str) -> None:
    response = await amina.send("/say/channel", submission=submission, text="hello")

    assert response.status_code == 400


async def test_nothing_here_in_the_members_language(marius: Visitor) -> None:
    response = await marius.open("/nowhere")

    assert response.status_code == 404
    assert "Il n’y a rien ici" in marius.words


@pytest.mark.parametrize("path", ["/press", "/say/channel"])
async def test_a_form_is_no_page(amina: Visitor, path: str) -> None:
    assert (await amina.open(path)).status_code == 404


@pytest.mark.parametrize("path", ["/static/nothing.css", "/static/../app.py", "/static/%2e%2e/app.py"])
async def test_only_our_files_are_served(amina: Visitor, path: str) -> None:
    assert (await amina.client.get(path)).status_code == 404


async def test_files_whose_address_names_their_content_are_kept(amina: Visitor) -> None:
    style = amina.app.state.counter.assets["house.css"]

    assert "immutable" in (await amina.client.get(style)).headers["cache-control"]
    assert "no-cache" in (await amina.client.get("/static/house.css")).headers["cache-control"]


async def test_what_breaks_shows_no_traceback(world: World) -> None:
    async def broken(request: Request) -> Response:
        raise RuntimeError("a secret detail")

    visitor = Visitor(app_of(world, None, ADDRESS, extra=(Route("/broken", broken),)), "fr")

    response = await visitor.open("/broken")

    assert response.status_code == 500
    assert "derrière le comptoir" in visitor.words
    assert "secret detail" not in response.text


async def test_an_open_page_is_told_in_passing(amina: Visitor) -> None:
    response = await amina.send("/say/channel", headers={"hx-request": "true"}, proof="forged", text="x")

    assert response.status_code == 403
    assert 'hx-target="#toast"' in response.text


async def test_a_forged_word_in_passing_is_not_said(amina: Visitor) -> None:
    for forged in ("x", "eJyrrgUAAXUA-Q==.0000", ".", "é"):
        response = await amina.client.get("/", headers=[(b"cookie", _cookies(amina, forged))])

        assert 'class="word"' not in response.text


def _cookies(visitor: Visitor, forged: str) -> bytes:
    kept = {**dict(visitor.client.cookies), "comptoir-word": forged}
    return "; ".join(f"{name}={value}" for name, value in kept.items()).encode()
