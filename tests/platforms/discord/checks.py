"""A form as Discord checks it: everything that is wrong is said at once, each at its place.

Source: https://docs.discord.com/developers/reference#error-messages.
"""

from collections.abc import Sequence
from typing import Any

from tests.platforms.discord.state import ApiError, Json

Place = tuple[str | int, ...]


class Form:
    """Collects what is wrong with a body."""

    def __init__(self) -> None:
        self._wrong: list[tuple[Place, str, str]] = []

    def wrong(self, place: Place, code: str, message: str) -> None:
        self._wrong.append((place, code, message))

    @property
    def right(self) -> bool:
        """Whether nothing is wrong so far."""
        return not self._wrong

    def settle(self) -> None:
        """Raises: ApiError 50035, if anything is wrong."""
        if not self._wrong:
            return
        errors: Json = {}
        for place, code, message in self._wrong:
            inside = errors
            for step in place:
                inside = inside.setdefault(str(step), {})
            inside.setdefault("_errors", []).append({"code": code, "message": message})
        raise ApiError(400, 50035, "Invalid Form Body", errors)

    def text(
        self, place: Place, value: Any, most: int, *, least: int = 0, needed: bool = False, pattern: str = ""
    ) -> bool:
        """A text of so many characters. Returns: whether it is one."""
        if value is None:
            if needed:
                self.wrong(place, "BASE_TYPE_REQUIRED", "This field is required")
            return False
        if not isinstance(value, str):
            self.wrong(place, "STRING_TYPE_CONVERT", f'Could not interpret "{value}" as string.')
            return False
        if needed and not value.strip() and least:
            self.wrong(place, "BASE_TYPE_REQUIRED", "This field is required")
            return False
        if not least <= len(value) <= most:
            if least:
                self.wrong(place, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")
            else:
                self.wrong(place, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
            return False
        if any("\ud800" <= one <= "\udfff" for one in value):
            self.wrong(place, "STRING_TYPE_CONVERT", "Could not interpret value as string.")
            return False
        return True

    def number(self, place: Place, value: Any, least: int, most: int) -> bool:
        """A whole number, or nothing. Returns: whether it is one."""
        if value is None:
            return False
        if isinstance(value, bool) or not isinstance(value, int):
            self.wrong(place, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
            return False
        if not least <= value <= most:
            word, edge = ("less", most) if value > most else ("greater", least)
            self.wrong(
                place,
                f"NUMBER_TYPE_{'MAX' if value > most else 'MIN'}",
                f"int value should be {word} than or equal to {edge}.",
            )
            return False
        return True

    def choice(self, place: Place, value: Any, among: Sequence[Any], *, needed: bool = True) -> bool:
        """One of these. Returns: whether it is."""
        if value is None:
            if needed:
                self.wrong(place, "BASE_TYPE_REQUIRED", "This field is required")
            return False
        if value not in among or isinstance(value, bool):
            self.wrong(place, "BASE_TYPE_CHOICES", f"Value must be one of {tuple(among)}.")
            return False
        return True

    def several(self, place: Place, value: Any, least: int, most: int) -> list[Any]:
        """A list of so many. Returns: it, or nothing."""
        if not isinstance(value, list):
            self.wrong(place, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            return []
        if not least <= len(value) <= most:
            if least:
                self.wrong(place, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")
            else:
                self.wrong(place, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
        return value

    def thing(self, place: Place, value: Any) -> Json | None:
        """An object. Returns: it, or None."""
        if not isinstance(value, dict):
            self.wrong(place, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
            return None
        return value
