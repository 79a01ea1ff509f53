import asyncio
import io
import json
import logging
import re
import warnings
from collections.abc import Iterator
from typing import Any, Literal

import pytest
import structlog

from adapters.logs import ALLOWED, placed, set_up_logs

#: What a member typed; it may appear in no log, whatever went wrong and however loud logs are.
CANARY = "I need a divorce lawyer, Amina, 06 12 34 56 78"


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.fixture
def stream() -> io.StringIO:
    stream = io.StringIO()
    set_up_logs("debug", "json", stream=stream)
    return stream


def test_a_line_has_an_event_a_level_a_time_and_its_logger(stream: io.StringIO) -> None:
    structlog.get_logger("bot.tick").info("rows_looked_at", count=3, kind="need")

    (line,) = lines(stream)
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "rows_looked_at", "level": "info", "logger": "bot.tick", "count": 3, "kind": "need"}


def test_a_field_that_is_not_on_the_list_is_dropped(stream: io.StringIO) -> None:
    structlog.get_logger().info("posted", text=CANARY, name="Amina", member="house:demo:amina", count=1)

    assert lines(stream)[0].keys() == {"event", "level", "timestamp", "logger", "count"}


@pytest.mark.parametrize("field", sorted(ALLOWED - {"event", "level", "timestamp", "logger", "exception"}))
def test_even_an_allowed_field_keeps_codes_and_numbers_only(stream: io.StringIO, field: str) -> None:
    structlog.get_logger().info("x", **{field: CANARY})
    structlog.get_logger().info("x", **{field: "too_late"})
    structlog.get_logger().info("x", **{field: [CANARY]})

    assert [line[field] for line in lines(stream)] == ["…", "too_late", "…"]


def fail() -> None:
    raise ValueError(CANARY)


def test_an_error_keeps_its_types_and_places_but_not_its_text(stream: io.StringIO) -> None:
    try:
        try:
            fail()
        except ValueError as low:
            raise RuntimeError(CANARY) from low
    except RuntimeError:
        structlog.get_logger().exception("row_failed")
        logging.getLogger("theirs").exception("oops")

    assert "divorce" not in stream.getvalue()
    for line in lines(stream):
        assert line["exception"].startswith("builtins.ValueError")
        assert "test_logs.py" in line["exception"]
        assert " fail" in line["exception"]
        assert "builtins.RuntimeError" in line["exception"]


def test_an_error_given_as_an_object_is_placed_too(stream: io.StringIO) -> None:
    structlog.get_logger().error("row_failed", exc_info=ValueError(CANARY))

    assert lines(stream)[0]["exception"] == "builtins.ValueError"


def test_an_error_without_cause_is_placed() -> None:
    assert placed(KeyError(CANARY)) == "builtins.KeyError"


@pytest.mark.parametrize(
    "name", ["theirs", "slack_bolt.AsyncApp", "discord.http", "uvicorn.access", "sqlalchemy.engine"]
)
def test_no_library_at_any_level_repeats_what_a_member_said(stream: io.StringIO, name: str) -> None:
    log = logging.getLogger(name)

    log.debug("body: %s", CANARY)
    log.info("body %(body)s", {"body": CANARY})
    log.warning("%s took %d ms", CANARY, 12)
    log.error("%d", CANARY)
    log.error(ValueError(CANARY))
    log.critical("failed\nfuture: <%s>" % CANARY)  # noqa: UP031  # as libraries write it

    assert "divorce" not in stream.getvalue()


def test_a_library_s_line_keeps_its_template_and_numbers(stream: io.StringIO) -> None:
    logging.getLogger("theirs").warning("%s took %d ms", CANARY, 12)
    logging.getLogger("theirs").warning("%d", CANARY)

    assert [line["event"] for line in lines(stream)] == ["… took 12 ms", "%d"]


@pytest.mark.parametrize("name", ["slack_bolt.AsyncRequestVerification", "slack_sdk.web.async_client"])
def test_of_a_library_that_quotes_people_only_places_are_kept(stream: io.StringIO, name: str) -> None:
    log = logging.getLogger(name)
    log.setLevel(logging.DEBUG)  # as Slack's library does it

    log.info(f"Invalid request signature detected (body: {CANARY})")
    log.error(f"Failed to run an internal function ({CANARY})")

    (line,) = lines(stream)
    assert re.fullmatch(
        rf"{name.partition('.')[0]} test_logs:\d+ test_of_a_library_that_quotes_people_only_places_are_kept",
        line["event"],
    )


@pytest.mark.parametrize("name", ["sqlalchemy.engine.Engine", "apscheduler.scheduler", "uvicorn.error"])
def test_libraries_speak_up_only_when_something_is_wrong(stream: io.StringIO, name: str) -> None:
    logging.getLogger(name).info("SELECT")
    logging.getLogger(name).warning("slow")

    assert [line["event"] for line in lines(stream)] == ["slow"]


async def test_a_task_that_failed_unseen_is_logged_without_its_words(stream: io.StringIO) -> None:
    asyncio.get_running_loop().call_exception_handler(
        {"message": "Task exception was never retrieved", "exception": ValueError(CANARY), "future": CANARY}
    )

    assert "divorce" not in stream.getvalue()
    assert lines(stream)[0]["event"] == "Task exception was never retrieved"


def test_warnings_are_logged_too(stream: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn("old ways", stacklevel=1)

    assert lines(stream)[0]["logger"] == "py.warnings"


@pytest.mark.parametrize("form", ["console", "json"])
def test_the_level_is_kept_to(form: Literal["console", "json"]) -> None:
    stream = io.StringIO()
    set_up_logs("warning", form, stream=stream)

    structlog.get_logger("bot").info("quiet")
    structlog.get_logger("bot").warning("loud")
    logging.getLogger("theirs").info("quiet")

    assert "loud" in stream.getvalue()
    assert "quiet" not in stream.getvalue()


def test_the_console_places_errors_as_well() -> None:
    stream = io.StringIO()
    set_up_logs("info", "console", stream=stream)

    try:
        fail()
    except ValueError:
        structlog.get_logger().exception("row_failed")

    assert "test_logs.py" in stream.getvalue()
    assert "divorce" not in stream.getvalue()
