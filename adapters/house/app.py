"""The house as a web application."""

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount

from adapters.house import bar, entering, faults, notices, privacy, returning, settings, ties
from adapters.house import demonstration as play
from adapters.house.bell import Bell
from adapters.house.counter import Counter, Demonstration
from adapters.house.guard import Guard, KeptFiles
from adapters.house.pages import STATIC, assets, templates
from bot.dispatch import Dispatch
from bot.domain.ids import CommunityId
from bot.ports import Clock, Random
from bot.rooms import Rooms


def create_app(
    *,
    dispatch: Dispatch,
    rooms: Rooms,
    clock: Clock,
    random: Random,
    community: CommunityId,
    secret: bytes,
    public_url: str,
    demonstration: Demonstration | None,
    extra_routes: Sequence[BaseRoute] = (),
    bell: Bell | None = None,
) -> Starlette:
    """Make the house. `bell` is the one that the platform `House` rings, so that open pages follow at once."""
    counter = Counter(
        dispatch=dispatch,
        rooms=rooms,
        clock=clock,
        random=random,
        community=community,
        secret=secret,
        public_url=public_url,
        demonstration=demonstration,
        bell=bell or Bell(),
        templates=templates(),
        assets=assets(),
    )
    routes: list[BaseRoute] = [
        Mount("/static", KeptFiles(directory=STATIC), name="static"),
        *bar.ROUTES,
        *notices.ROUTES,
        *ties.ROUTES,
        *settings.ROUTES,
        *privacy.ROUTES,
        *(play.ROUTES if demonstration else (*entering.ROUTES, *returning.ROUTES)),
        *extra_routes,
    ]
    app = Starlette(
        routes=routes,
        middleware=[Middleware(Guard, secure=counter.secure)],
        exception_handlers=faults.HANDLERS,
    )
    app.state.counter = counter
    return app
