"""How what the centre asks of the world may fail; the family tree is in ``central.ports``."""


class PortError(Exception):
    """Something outside the program failed."""


class StoreError(PortError):
    """The database refused."""


class StoreRefused(StoreError):  # noqa: N818
    """A value is none that the database can hold: too long, too large, or no text."""


class StoreUnavailable(StoreError):  # noqa: N818 - "Unavailable" says "try again"
    """The database does not answer now."""


class PlatformError(PortError):
    """The national Platform failed us."""


class PlatformUnavailable(PlatformError):  # noqa: N818
    """No answer, a 5xx, or "too many requests": nothing is known of the record; ask again.

    Attributes:
        retry_after_seconds: The pause that the Platform asked for, or 0.
    """

    def __init__(self, reason: str, retry_after_seconds: float = 0) -> None:
        super().__init__(reason)
        self.retry_after_seconds = retry_after_seconds


class PlatformRefused(PlatformError):  # noqa: N818
    """The Platform read the record and refused it; asking again unchanged is of no use.

    Attributes:
        reason: The Platform's own words, cut to 500 characters.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason[:500]


class PlatformNotYet(PlatformError):  # noqa: N818
    """The record is noted and waits for people to carry it there and back: no outage, no refusal."""


class BrokerError(PortError):
    """The broker failed us."""


class BrokerUnavailable(BrokerError):  # noqa: N818
    """No broker answers now, or the connection ended."""


class KeysError(PortError):
    """A key of the centre is missing or cannot be used; somebody must provision it."""


class RegistryUnavailable(PortError):  # noqa: N818
    """There is no registry that can be trusted; the centre cannot start."""


class ListUnreadable(PortError):  # noqa: N818 - what is wrong with the file
    """A list of people cannot be read as a whole; the text says why, and holds no row."""


class ListUnavailable(PortError):  # noqa: N818
    """A list for certificates cannot be had now; the one that is there stays and ages."""


class ProviderError(PortError):
    """An organisation's log-in failed us."""


class ProviderUnavailable(ProviderError):  # noqa: N818
    """It does not answer now, or with something that is none of its answers."""


class ProviderRefused(ProviderError):  # noqa: N818
    """It answered, and what it said lets nobody in."""
