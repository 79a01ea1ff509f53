"""What `comptoir check` found: one line each, good or bad, and how to mend what is bad."""

from dataclasses import dataclass

from bot.messages import Phrase


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    #: What was found and, when it is not well, what to do about it.
    phrase: Phrase
    ok: bool
    #: Whether anybody looked; what nobody can look at from here is for the reader to see to.
    seen: bool = True
