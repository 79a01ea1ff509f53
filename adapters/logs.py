"""What is written down for the operator, and above all what never is: no word, name or address of a member.

Our own lines keep only the fields of a short list, and only values that look like codes or numbers. Lines of libraries
keep their template; what was filled into it is blanked. Errors keep their types and places, never their text, which can
quote a database row.
"""

import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

#: Fields that may be written. `event` is a constant in our code, which a test holds.
ALLOWED: Final = frozenset(
    {
        "event", "level", "timestamp", "logger", "exception",
        "act", "address", "attempts", "code", "count", "dialect", "fate", "kind",
        "seconds", "signal", "source", "status", "version",
    }
)  # fmt: skip
#: Fields that the pipeline itself makes.
_OURS: Final = frozenset({"event", "level", "timestamp", "logger", "exception"})
_BLANK: Final = "…"
_CODE: Final = re.compile(r"[A-Za-z0-9_.:/+-]{0,48}")
#: Libraries that would tell too much: they speak up only when something is wrong.
QUIET: Final = (
    "aiohttp", "alembic", "apscheduler", "asyncio", "asyncpg", "discord", "multipart", "python_multipart",
    "slack_bolt", "slack_sdk", "sqlalchemy", "sse_starlette", "tzlocal", "uvicorn", "websockets",
)  # fmt: skip
#: Lines that are made of addresses, which can hold a token: never.
SILENT: Final = ("uvicorn.access",)
#: Libraries whose lines are made of what people wrote, whole requests at times, and whose loggers set levels of their
#: own under names of ours: of a warning it is kept where it was given.
WORDY: Final = frozenset({"slack_bolt", "slack_sdk"})


def set_up_logs(level: str, form: Literal["console", "json"], *, stream: TextIO | None = None) -> None:
    """Choose once, at start, how everything is logged; lines of the standard library's loggers are caught as well."""
    target = stream or sys.stderr
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        place_errors,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            keep_allowed,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=target.isatty(), exception_formatter=structlog.dev.plain_traceback)
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, keep_allowed],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    handler.addFilter(blank_arguments)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in SILENT:
        logging.getLogger(name).disabled = True
    # Warnings of Python would otherwise go to stderr in a form of their own.
    logging.captureWarnings(capture=True)


def blank_arguments(record: logging.LogRecord) -> bool:
    """Keep the first line of a library's template, and numbers; blank whatever else was filled in."""
    if isinstance(record.msg, Mapping):
        return True  # structlog's own lines travel as mappings, already cleaned
    if wordy := WORDY & {*Path(record.pathname).parts, record.name.partition(".")[0]}:
        record.msg, record.args = f"{min(wordy)} {record.module}:{record.lineno} {record.funcName}", None
        return record.levelno >= logging.WARNING
    template = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
    arguments, record.args = record.args, None
    if arguments:
        blanked: Any = (
            {key: _blanked(value) for key, value in arguments.items()}
            if isinstance(arguments, Mapping)
            else tuple(_blanked(value) for value in arguments)
        )
        # A template that takes no text where we blanked some says enough by itself.
        with suppress(TypeError, ValueError):
            template %= blanked
    # asyncio and others append the repr of what failed, which quotes it.
    record.msg = template.partition("\n")[0][:200]
    return True


def _blanked(value: object) -> object:
    return value if isinstance(value, int | float) else _BLANK


def place_errors(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Turn an error into types and places, without its text."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    elif isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["exception"] = placed(error)
    return event


def placed(error: BaseException) -> str:
    """Each error of a chain, innermost first: its type, then where it went, nearest last."""
    lines: list[str] = []
    chain: BaseException | None = error
    while chain is not None and len(lines) < 100:
        places = [
            f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(chain.__traceback__)
        ]
        lines[:0] = [f"{type(chain).__module__}.{type(chain).__qualname__}", *places]
        chain = chain.__cause__ or (None if chain.__suppress_context__ else chain.__context__)
    return "\n".join(lines)


def keep_allowed(logger: WrappedLogger, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop every field that is not on the list, and blank a value that is more than a code or a number."""
    kept: MutableMapping[str, Any] = {}
    for key, value in event.items():
        if key in _OURS or key.startswith("_"):
            kept[key] = value
        elif key in ALLOWED:
            kept[key] = value if _is_plain(value) else _BLANK
    return kept


def _is_plain(value: object) -> bool:
    return value is None or isinstance(value, int | float) or (isinstance(value, str) and bool(_CODE.fullmatch(value)))
