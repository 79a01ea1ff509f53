"""What can go wrong, sorted by who can act on it.

ComptoirError
├── Refusal            the member: `code` is the text key "refusal.<code>", `fields` its parameters
│   └── IllegalTransition   the thing is no longer in a state where this can be done
├── PlatformError      we, when sending
│   ├── Unreachable    this person cannot be reached: give up quietly
│   └── TryLater       wait `.after`, then send again
├── Stale              nobody: somebody else wrote first, run the use case again
├── BadInput           whoever gave us a file: `fault` names file and line, exit 65
└── ConfigError        the operator: every fault at once, exit 78

Errors carry codes and values, never sentences: the words are in `bot/text`.
"""

from datetime import timedelta

from bot.messages import Phrase


class ComptoirError(Exception):
    """Anything that Comptoir itself raises."""


class Refusal(ComptoirError):
    """A request that cannot be granted, with a sentence for whoever asked."""

    def __init__(self, code: str, **fields: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.fields = fields


class IllegalTransition(Refusal):
    """A life cycle does not allow this step from the state it is in."""

    def __init__(self, *, state: str, to: str) -> None:
        super().__init__("too_late")
        self.state = state
        self.to = to


class PlatformError(ComptoirError):
    """A chat service did not take a message."""


class Unreachable(PlatformError):
    """This person cannot be written to; trying again would not help."""


class TryLater(PlatformError):
    """The service asks us to wait."""

    def __init__(self, after: timedelta) -> None:
        super().__init__(f"try again after {after}")
        self.after = after


class Stale(ComptoirError):
    """What was read has been written by somebody else since: run again."""


class BadInput(ComptoirError):
    """A file that cannot be used. `fault` says which, where and why."""

    def __init__(self, fault: Phrase) -> None:
        super().__init__(fault.key)
        self.fault = fault


class ConfigError(ComptoirError):
    """Settings that cannot work. `faults` lists them all; the words of each say how to mend it."""

    def __init__(self, *faults: Phrase) -> None:
        super().__init__(", ".join(fault.key for fault in faults))
        self.faults = faults
