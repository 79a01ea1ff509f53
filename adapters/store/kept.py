"""What a repository keeps."""

from typing import Any, ClassVar, Protocol


class Kept(Protocol):
    """A frozen thing with an id and a version."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def id(self) -> Any:
        """Its key."""

    @property
    def version(self) -> int:
        """How often it was saved."""
