"""The `comptoir` command: what an operator types. It reads, calls the composition root, and says what became of it."""

import asyncio
import errno
import json
import os
import sys
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

from cyclopts import App, CycloptsError, Parameter

from bot.config import Settings, load_settings
from bot.console import complain, console, print_json, said, say, tell, working
from bot.domain.ids import MemberId
from bot.errors import BadInput, ConfigError, Refusal
from bot.findings import Finding
from bot.messages import Phrase
from bot.tools import discord, slack
from bot.tools.commands import add_to

T = TypeVar("T")

#: What a shell reads, after sysexits.h: broken promise, wrong usage, bad input, bug, misconfigured, interrupted.
BROKEN, USAGE, BAD_INPUT, BUG, MISCONFIGURED, INTERRUPTED = 1, 2, 65, 70, 78, 130


def _version() -> str:
    try:
        return version("comptoir")
    except PackageNotFoundError:  # run from a folder that was never installed
        return "0"


app = App(
    name="comptoir",
    help=say("command.help"),
    help_epilogue=say("command.more"),
    help_format="plaintext",
    version=_version,
    suppress_keyboard_interrupt=False,
)
app["--help"].help = say("command.option.help")
app["--version"].help = say("command.option.version")

Json = Annotated[bool, Parameter(name="--json", negative=(), help=say("command.option.json"))]
Who = Annotated[str, Parameter(help=say("command.option.member"))]
Output = Annotated[Path | None, Parameter(name=("--output", "-o"), help=say("command.option.output"))]
Sure = Annotated[bool, Parameter(name=("--yes", "-y"), negative=(), help=say("command.option.yes"))]
Back = Annotated[str | None, Parameter(help=say("command.option.back"))]
Days = Annotated[int, Parameter(help=say("command.option.days"))]


@app.command(help=say("command.run.help"))
def run() -> None:
    """Open the bar and keep it open."""
    settings = load_settings()
    from bot import bootstrap  # here, so that --help and a fault in the settings need no database driver

    with _told(settings):
        ready = partial(say, "command.ready")
        _done(bootstrap.run(settings, lambda address: tell(ready(address=address)), lambda news: tell(said(news))))
    tell(say("command.stopped"))


@app.command(help=say("command.check.help"))
def check(*, json: Json = False) -> None:
    """Say what is wrong with the settings and what they lead to."""
    try:
        settings = load_settings()
        from bot import bootstrap

        with _told(settings), working():
            found = [Finding(Phrase("command.check.settings"), True), *_done(bootstrap.check(settings))]
    except ConfigError as wrong:
        found = [Finding(fault, False) for fault in wrong.faults]
    well = all(finding.ok for finding in found)
    if json:
        lines = [{"ok": one.ok, "seen": one.seen, "text": said(one.phrase)} for one in found]
        print_json({"ok": well, "findings": lines})
    else:
        for finding in found:
            mark = "✗" if not finding.ok else "✓" if finding.seen else "·"
            tell(f"{mark} {said(finding.phrase)}")
        if well:
            tell(say("command.check.well"))
    sys.exit(0 if well else MISCONFIGURED)


@app.command(help=say("command.migrate.help"))
def migrate() -> None:
    """Bring the database to this version."""
    settings = load_settings()
    from bot import bootstrap

    with _told(settings), working():
        _done(bootstrap.migrate(settings))
    tell(say("command.migrated"))


@app.command(help=say("command.export.help"))
def export(member: Who, *, output: Output = None) -> None:
    """Write everything that a member may see of themselves."""
    settings = load_settings()
    from bot import bootstrap

    with _told(settings, output):
        with working():
            everything = _done(bootstrap.export(settings, MemberId(member)))
        if output is None:
            print_json(everything)
            return
        _write_private(output, everything)
    tell(say("command.exported", path=str(output)))


@app.command(help=say("command.erase.help"))
def erase(member: Who, *, yes: Sure = False) -> None:
    """Forget a member."""
    settings = load_settings()
    if not yes and not _is_sure(member):
        complain(say("command.erase.unsure"))
        sys.exit(USAGE)
    from bot import bootstrap

    with _told(settings), working():
        _done(bootstrap.erase(settings, MemberId(member)))
    tell(say("command.erased", member=member))


@app.command(help=say("command.doctor.help"))
def doctor(*, json: Json = False) -> None:
    """Check the invariants on the live database."""
    settings = load_settings()
    from bot import bootstrap

    with _told(settings), working():
        broken = [said(promise) for promise in _done(bootstrap.doctor(settings))]
    if json:
        print_json({"ok": not broken, "broken": broken})
    elif broken:
        tell(say("command.doctor.broken", count=len(broken)))
        for promise in broken:
            tell(f"✗ {promise}")
    else:
        tell(say("command.doctor.well"))
    sys.exit(BROKEN if broken else 0)


@app.command(help=say("command.calibrate.help"))
def calibrate() -> None:
    """Make a language model elsewhere fit for use."""
    settings = load_settings()
    from bot import bootstrap

    with _told(settings), working():
        said_of_it = said(_done(bootstrap.calibrate(settings)))
    tell(said_of_it)
    tell(say("command.calibrate.restart"))


@app.command(help=say("command.invite.help"))
def invite(*, days: Days = 7, member: Back = None, json: Json = False) -> None:
    """Make a link into a real house: for newcomers, or for one member who comes back."""
    settings = load_settings()
    from bot import bootstrap

    with _told(settings), working():
        link = _done(bootstrap.way_back(settings, member) if member else bootstrap.invite(settings, days))
    if json:
        print_json({"link": link, "member": member} if member else {"link": link, "days": days})
    else:
        tell(say("command.invited_back", member=member) if member else say("command.invited"))
        tell(link)


add_to(app)
slack.add_to(app)
discord.add_to(app)


def main(tokens: Sequence[str] | None = None) -> NoReturn:
    """Run the command that was typed. No traceback reaches whoever typed it."""
    try:
        app(tokens, exit_on_error=False, result_action="return_none")
    except CycloptsError:
        sys.exit(USAGE)
    except ConfigError as wrong:
        _list_faults(wrong)
        sys.exit(MISCONFIGURED)
    except BadInput as wrong:
        complain(said(wrong.fault))
        sys.exit(BAD_INPUT)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # Whoever reads us has seen enough (`comptoir … | head`); Python must not try to flush at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as wrong:
        complain(say("command.unexpected", error=type(wrong).__name__))
        sys.exit(BUG)
    sys.exit(0)


def _write_private(path: Path, value: Any) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:  # noqa: PTH123  # a file that was never readable by others needs os.open
        json.dump(value, file, ensure_ascii=False, indent=2)


def _done(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


@contextmanager
def _told(settings: Settings, path: Path | None = None) -> Iterator[None]:
    """Turn what went wrong into a sentence and an exit code."""
    try:
        yield
    except (ConfigError, BadInput, BrokenPipeError):
        raise
    except Refusal as refusal:
        # "Join first" is what a member would be told; an operator named somebody whom we do not know.
        key = "command.nobody" if refusal.code == "not_joined" else f"refusal.{refusal.code}"
        complain(say(key, **refusal.fields))
        sys.exit(USAGE)
    except OSError as wrong:
        complain(_about_os(wrong, settings, path))
        _trace(settings)
        sys.exit(BUG)
    except Exception as wrong:
        # Its own text stays unsaid: a database's message can quote what people wrote.
        complain(say("command.unexpected", error=type(wrong).__name__))
        _trace(settings)
        sys.exit(BUG)


def _about_os(wrong: OSError, settings: Settings, path: Path | None) -> str:
    where = {"host": settings.host, "port": str(settings.port)}
    name = wrong.filename or path
    if wrong.errno == errno.EADDRINUSE:
        return say("command.address_taken", **where)
    if name is None and wrong.errno in (errno.EACCES, errno.EADDRNOTAVAIL):
        return say("command.address_forbidden", **where)
    if name is not None:
        return say("command.unwritable", path=str(name), reason=os.strerror(wrong.errno or 0))
    return say("command.unexpected", error=type(wrong).__name__)


def _trace(settings: Settings) -> None:
    if settings.log_level == "debug":
        console(sys.stderr).print_exception(show_locals=False)


def _list_faults(wrong: ConfigError) -> None:
    complain(say("command.faults", count=len(wrong.faults)))
    for fault in wrong.faults:
        complain(f"  ✗ {said(fault)}")


def _is_sure(member: str) -> bool:
    if not sys.stdin.isatty():
        return False
    return console(sys.stdout).input(say("command.erase.sure", member=member), markup=False).strip() == member


if __name__ == "__main__":
    main()
