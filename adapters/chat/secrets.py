"""Secrets that an operator gives to an edge: in a setting, or in a file that another setting names."""

from pathlib import Path
from re import fullmatch

from pydantic import SecretStr

from bot.config import Settings
from bot.errors import ConfigError
from bot.messages import Phrase


def secret_of(settings: Settings, name: str, *, like: str, otherwise: str) -> str | None:
    """The secret of the setting `name`, or of the file that `<name>_file` names; None where neither is given.

    Args: `like` is the pattern that the whole of it fits, `otherwise` the key of what to say of a file that does not.

    Raises: ConfigError for a file that cannot be used; it never repeats what is in there.
    """
    given: SecretStr | None = getattr(settings, name)
    file: Path | None = getattr(settings, f"{name}_file")
    if file is None:
        return given.get_secret_value() if given else None
    path = file.expanduser()
    try:
        secret = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        fields = {"path": str(path), "error": type(error).__name__}
        raise ConfigError(Phrase("command.fault.unreadable_secret", fields)) from None
    if fullmatch(like, secret):
        return secret
    what = Phrase(otherwise if secret else "command.fault.no_secret")
    raise ConfigError(Phrase("command.fault.of_file", {"path": str(path), "what": what}))
