"""The channel, the private conversation and its buttons."""

import html
import re
from datetime import timedelta

import pytest
from starlette.requests import Request

from adapters.house.bar import _news
from adapters.house.bell import Bell
from adapters.house.platform import House
from adapters.house.rooms import CHANNEL, private_room
from adapters.house.visits import Visit, arrive
from bot.commands import Join
from bot.domain.ids import MemberId
from bot.messages import Message
from tests.adapters.house.visitor import Visitor
from tests.world import COMMUNITY, World

AMINA, MARIUS = MemberId(f"{COMMUNITY}:amina"), MemberId(f"{COMMUNITY}:marius")
OFFER = "I have 5,000 T-shirts left over from a festival"
NEED = "nous cherchons des T-shirts pour une course solidaire"
SCRIPT = {"hx-request": "true"}


async def say(visitor: Visitor, room: str, text: str) -> None:
    await visitor.open("/")
    await visitor.send(f"/say/{room}", text=text)


async def press(visitor: Visitor, choice: str) -> str:
    """Press the newest button of that name in private; returns its token."""
    await visitor.open("/")
    token = visitor.page.rsplit('name="token" value="', 1)[1].partition('"')[0]
    room = visitor.page.rsplit('name="room" value="', 1)[1].partition('"')[0]
    await visitor.send("/press", token=token, choice=choice, room=room)
    return token


async def introduced(amina: Visitor, marius: Visitor, world: World) -> None:
    for visitor, text in ((amina, OFFER), (marius, NEED)):
        await say(visitor, "private", text)
        await press(visitor, "post")
        await world.engine.look()
    for visitor in (amina, marius):
        await press(visitor, "yes")
    await world.travel(minutes=1)


async def test_what_is_said_in_the_room_is_read_by_all(amina: Visitor, marius: Visitor) -> None:
    await say(amina, "channel", "Good morning")

    await marius.open("/?at=channel")

    assert "Amina 11:00 Good morning" in marius.words
    assert "Aujourd’hui" in marius.words


async def test_what_is_said_in_private_is_read_by_nobody_else(amina: Visitor, marius: Visitor) -> None:
    await say(amina, "private", "hello")
    await marius.open("/")
    room = await marius.client.get("/lines", params={"room": private_room(AMINA)})

    assert "hello" in (await amina.open("/")).text
    assert "hello" not in marius.page
    assert room.status_code == 404


async def test_a_command_in_the_room_is_not_posted_there(amina: Visitor, world: World) -> None:
    await say(amina, "channel", "/need a loom")

    assert not await world.rooms.lines(CHANNEL, AMINA)
    assert "draft.preview.need" in await world.keys(AMINA)


@pytest.mark.parametrize("command", ["/need", "/besoin"])
async def test_a_bare_command_opens_the_form(amina: Visitor, command: str) -> None:
    await say(amina, "private", command)

    assert "What are you looking for?" in amina.words


async def test_an_open_page_is_sent_to_the_form_too(amina: Visitor) -> None:
    response = await amina.send("/say/private", headers=SCRIPT, text="/offer")

    assert response.status_code == 200
    assert response.headers["hx-redirect"] == "/offer/new"


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "{{7*7}}", '"><img src=x onerror=alert(1)>'])
async def test_words_stay_words(amina: Visitor, marius: Visitor, words: str) -> None:
    await say(amina, "channel", words)
    lines = await marius.client.get("/lines", params={"room": CHANNEL})

    [shown] = re.findall(r'<p class="words" dir="auto">(.*?)</p>', lines.text)
    assert html.unescape(shown) == words
    assert "<" not in shown


async def test_two_introduced_people_get_a_room_and_comptoir_is_gone(
    amina: Visitor, marius: Visitor, world: World
) -> None:
    await introduced(amina, marius, world)
    [(room, _)] = await world.rooms.rooms_of(AMINA)
    path = f"/rooms/{room.removeprefix('pair:')}"

    await marius.open(path)
    await marius.send(path.replace("/rooms/", "/say/room/"), text="Bonjour Amina")
    await amina.open(path)

    assert "Comptoir has left this room" in amina.words
    assert "Bonjour Amina" in amina.words
    assert "T-shirts" in amina.words


async def test_who_is_not_in_a_room_of_two_can_neither_read_nor_write_there(
    amina: Visitor, marius: Visitor, world: World
) -> None:
    await introduced(amina, marius, world)
    [(room, _)] = await world.rooms.rooms_of(AMINA)
    path = room.replace("pair:", "/rooms/")
    await marius.open("/leave")
    await marius.send("/leave")
    await world.send(Join(MARIUS, COMMUNITY, "Marius", "fr", "Europe/Paris"))
    await marius.become(MARIUS)

    page = await marius.open(path)
    said = await marius.send(path.replace("/rooms/", "/say/room/"), text="hello?")

    assert (page.status_code, said.status_code) == (404, 404)


async def test_a_stale_button_answers_in_passing_and_changes_nothing(
    amina: Visitor, marius: Visitor, world: World
) -> None:
    await say(amina, "private", OFFER)
    token = await press(amina, "discard")
    before = await world.messages(AMINA)

    await amina.send("/press", token=token, choice="post", room=private_room(AMINA))

    assert 'class="word"' in amina.page
    assert [m.key for m in await world.messages(AMINA)] == [m.key for m in before]


async def test_unknown_foreign_and_stale_buttons_get_the_same_answer(
    amina: Visitor, marius: Visitor, world: World
) -> None:
    await say(amina, "private", OFFER)
    foreign = await world.token(AMINA, "post")
    answers = []
    for token in ("nonsense", "", foreign):
        await marius.open("/")
        await marius.send("/press", token=token, choice="post", room=private_room(MARIUS))
        answers.append(marius.page.partition('class="word"')[2].partition("</div>")[0])

    assert len(set(answers)) == 1
    assert answers[0]


async def test_the_same_sending_twice_says_it_once(amina: Visitor, world: World) -> None:
    once = amina.hidden("submission")
    for _ in range(2):
        await amina.send("/say/private", submission=once, text=OFFER)

    assert [m.key for m in await world.messages(AMINA)] == ["draft.preview.offer"]
    assert len(await world.rooms.lines(private_room(AMINA), AMINA)) == 2


async def test_an_open_page_gets_only_what_changed(amina: Visitor) -> None:
    response = await amina.send("/say/private", headers=SCRIPT, text=OFFER)

    assert 'hx-target="#lines-private"' in response.text
    assert "<html" not in response.text


async def test_an_empty_line_is_refused_in_words(amina: Visitor, world: World) -> None:
    await amina.send("/say/channel", text="\u202e \u200b")

    assert 'class="word"' in amina.page
    assert not await world.rooms.lines(CHANNEL, AMINA)


async def test_buttons_go_when_their_time_is_over(amina: Visitor, world: World) -> None:
    await say(amina, "private", OFFER)
    assert 'value="post"' in (await amina.open("/")).text

    world.clock.move(timedelta(hours=2))

    assert 'value="post"' not in (await amina.open("/")).text


async def test_news_say_that_something_is_new_and_not_what(amina: Visitor, world: World) -> None:
    await amina.open("/")
    visit = await visit_of(amina)
    news = _news(visit, "")

    first = await anext(news)
    await world.rooms.tell(private_room(AMINA), Message("talk.thanks"), at=world.clock.now(), key="x")
    visit.counter.bell.ring()
    second = await anext(news)
    await news.aclose()  # type: ignore[attr-defined] # a generator

    assert (first.event, second.event) == ("news", "news")
    assert (first.data, second.data) == (visit.veiled(0), visit.veiled(1))


async def test_the_platform_rings_the_bell(world: World) -> None:
    rung = []
    bell = Bell()
    bell.ring = lambda: rung.append(True)  # type: ignore[method-assign] # to hear it
    house = House(world.rooms, world.clock, bell)

    await house.tell(AMINA, Message("talk.thanks"), key="k")
    await house.bring_together({AMINA: Message("talk.thanks"), MARIUS: Message("talk.thanks")}, key="k")
    await house.forget(AMINA, key="k")

    assert len(rung) == 3


async def visit_of(visitor: Visitor) -> Visit:
    cookie = "; ".join(f"{name}={value}" for name, value in visitor.client.cookies.items())
    scope = {
        "type": "http", "method": "GET", "path": "/events", "query_string": b"", "app": visitor.app,
        "headers": [(b"cookie", cookie.encode())], "state": {},
    }  # fmt: skip
    return await arrive(Request(scope))


@pytest.mark.parametrize(
    ("text", "path"), [("forget me", "/privacy"), ("efface mes données", "/privacy"), ("I want to leave", "/leave")]
)
async def test_who_wishes_to_go_is_led_to_where_it_is_done(amina: Visitor, world: World, text: str, path: str) -> None:
    await say(amina, "private", text)
    reached = amina.page
    await amina.open("/")
    by_script = await amina.send("/say/private", SCRIPT, text=text)
    await amina.open(path)

    assert reached.partition("<main")[2].partition("<form")[0] == amina.page.partition("<main")[2].partition("<form")[0]
    assert by_script.headers["hx-redirect"] == path
    assert await world.dispatch.known(AMINA)
