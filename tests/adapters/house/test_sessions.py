"""Who a browser is, and what another site cannot make it do."""

from contextlib import nullcontext
from datetime import timedelta

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request

from adapters.house.typed import check_origin
from bot.domain.ids import MemberId
from bot.domain.tokens import hashed
from tests.adapters.house.visitor import INVITATION, Visitor, app_of, demonstration, real_house
from tests.world import COMMUNITY, World, in_memory

SESSION = "comptoir-session"


async def test_a_session_is_random_hidden_from_scripts_and_stored_hashed(world: World) -> None:
    app, play = await demonstration(world, amina="en")
    visitor = Visitor(app)
    await visitor.open("/")

    response = await visitor.client.post(
        "/demonstration/become",
        data={
            "proof": visitor.hidden("proof"),
            "submission": visitor.hidden("submission"),
            "member": play.people[0][0],
        },
    )

    cookie = next(c for c in response.headers.get_list("set-cookie") if c.startswith(SESSION))
    token = visitor.client.cookies[SESSION]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert len(token) >= 43
    assert await world.rooms.session(token, world.clock.now()) is None
    assert await world.rooms.session(hashed(token), world.clock.now()) == play.people[0][0]


async def test_a_house_with_https_sets_cookies_that_only_https_carries(world: World) -> None:
    await real_house(world)
    visitor = Visitor(app_of(world, None, "https://bar.test"), url="https://bar.test")

    response = await visitor.open(f"/enter/{INVITATION}")

    assert "__Host-comptoir-hello" in response.headers["set-cookie"]
    assert "Secure" in response.headers["set-cookie"]
    assert "strict-transport-security" in response.headers


async def test_becoming_somebody_else_ends_the_session_before(amina: Visitor, world: World) -> None:
    before = amina.client.cookies[SESSION]
    await amina.send("/demonstration/become", member=f"{COMMUNITY}:marius")

    assert amina.client.cookies[SESSION] != before
    assert await world.rooms.session(hashed(before), world.clock.now()) is None


@pytest.mark.parametrize(("away", "welcome"), [(29, True), (31, False)])
async def test_a_browser_is_remembered_for_thirty_days_after_its_last_visit(
    newcomer: Visitor, world: World, away: int, welcome: bool
) -> None:
    await newcomer.open(f"/enter/{INVITATION}")
    await newcomer.send(f"/enter/{INVITATION}", name="Noor", language="en", zone="Europe/Paris")

    for _ in range(2):
        world.clock.move(timedelta(days=away))
        await newcomer.open("/notices")

    assert ("My needs and offers" in newcomer.words) is welcome


async def test_in_a_demonstration_months_pass_and_nobody_is_thrown_out(amina: Visitor, world: World) -> None:
    for _ in range(14):
        await amina.open("/")
        await amina.send("/demonstration/clock", step="month")

    assert "You are" in amina.words
    assert "Who would you like to be?" not in amina.words


@pytest.mark.parametrize("cookie", ["", "x", "x" * 43, "é" * 30, "x" * 5000])
async def test_a_forged_session_is_nobody(amina: Visitor, cookie: str) -> None:
    forger = Visitor(amina.app)

    response = await forger.client.get("/notices", headers=[(b"cookie", f"{SESSION}={cookie}".encode())])

    assert response.status_code == 200
    assert "Who would you like to be?" in response.text


@pytest.mark.parametrize("proof", ["", "0" * 64, "é"])
async def test_a_form_without_its_token_does_nothing(amina: Visitor, world: World, proof: str) -> None:
    response = await amina.send("/say/channel", proof=proof, text="forged")

    assert response.status_code == 403
    assert "Nothing was done" in response.text
    assert await world.rooms.latest(MemberId(f"{COMMUNITY}:amina")) == 0


async def test_a_token_of_another_browser_does_not_pass(amina: Visitor, marius: Visitor) -> None:
    response = await amina.send("/say/channel", proof=marius.hidden("proof"), text="forged")

    assert response.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
async def test_another_site_cannot_send_our_forms(amina: Visitor, headers: dict[str, str]) -> None:
    response = await amina.send("/say/channel", headers=headers, text="forged")

    assert response.status_code == 403


@pytest.mark.parametrize("origin", ["http://bar.test", "http://bar.test:80"])
async def test_our_own_origin_passes(amina: Visitor, origin: str) -> None:
    response = await amina.send("/say/channel", headers={"origin": origin, "host": origin[7:]}, text="hello")

    assert response.status_code == 200


async def test_a_host_that_the_sender_made_up_opens_nothing(amina: Visitor) -> None:
    headers = {"origin": "http://evil.example", "host": "evil.example"}

    response = await amina.send("/say/channel", headers=headers, text="forged")

    assert response.status_code == 403


@pytest.mark.parametrize(
    ("url", "origin", "passes"),
    [
        ("http://127.0.0.1:8080", "http://localhost:8080", True),
        ("http://localhost:8080", "http://127.0.0.1:8080", True),
        ("http://localhost:8080", "http://[::1]:8080", True),
        ("http://[::1]", "http://localhost:80", True),
        ("https://bar.example.org", "https://bar.example.org:443", True),
        ("http://localhost:8080", "http://localhost:8081", False),
        ("http://localhost:8080", "http://localhost.example:8080", False),
        ("https://bar.example.org", "https://localhost", False),
        ("https://bar.example.org", "http://bar.example.org", False),
        ("https://bar.example.org", "https://bar.example.org:x", False),
        ("https://bar.example.org", "http://[", False),
    ],
)
def test_the_names_of_this_machine_are_one_and_no_others(url: str, origin: str, passes: bool) -> None:
    request = Request({"type": "http", "headers": [(b"origin", origin.encode()), (b"host", origin[7:].encode())]})

    with nullcontext() if passes else pytest.raises(HTTPException):
        check_origin(request, url)


@pytest.mark.parametrize("path", ["/demonstration/become", "/demonstration/clock"])
async def test_outside_a_demonstration_nobody_switches_and_the_clock_stays(newcomer: Visitor, path: str) -> None:
    await newcomer.open(f"/enter/{INVITATION}")

    response = await newcomer.send(path, member=f"{COMMUNITY}:amina", step="day")

    assert response.status_code == 404
    assert "There is nothing here" in response.text


async def test_a_demonstration_has_no_entrance(amina: Visitor) -> None:
    assert (await amina.open(f"/enter/{INVITATION}")).status_code == 404


async def test_nobody_becomes_a_member_who_does_not_exist(amina: Visitor) -> None:
    response = await amina.send("/demonstration/become", member=f"{COMMUNITY}:ghost")

    assert response.status_code == 404


async def test_somebody_who_left_cannot_be_played(amina: Visitor, marius: Visitor) -> None:
    await marius.open("/leave")
    await marius.send("/leave")

    await amina.send("/demonstration/become", member=f"{COMMUNITY}:marius")
    await amina.open("/?gone=1")

    assert "The bar" in amina.words


async def test_without_a_session_a_real_house_asks_for_an_invitation() -> None:
    world = await in_memory().open()
    visitor = Visitor(await real_house(world), "fr-FR,fr;q=0.9,en;q=0.8")

    await visitor.open("/")

    assert "Vous êtes devant la porte" in visitor.words


async def test_pages_are_guarded_and_kept_by_nobody(amina: Visitor) -> None:
    headers = (await amina.open("/")).headers

    assert headers["cache-control"] == "no-store"
    assert headers["content-security-policy"].startswith("default-src 'self';")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
