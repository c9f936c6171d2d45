"""What a search asks for: criteria, and which page of the answer."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asked:
    """A search.

    Attributes:
        since: Only what was changed then or later, in that order; None for everything.
        until: Only what was changed before; empty for no end.
        include: Whether the persons of doses come with them.
    """

    criteria: tuple[tuple[str, str], ...]
    limit: int = 100
    offset: int = 0
    since: str | None = None
    until: str = ""
    include: bool = False
