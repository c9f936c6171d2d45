"""Who knows of a person's doses and certificates."""

from typing import Protocol

from edge.domain.answers import Answer, Asker


class Certificates(Protocol):
    """Knows which certificates the Platform issued for a person. Blocking; any thread."""

    def ask(self, asker: Asker) -> Answer:
        """Return the person's certificates, or how far they are; takes a few seconds at most.

        ``PENDING``: a dose is recorded and its certificate is not issued yet. ``UNKNOWN``: the
        Platform has shown no dose of this person. What is not known here is never said to be not
        there: it is ``NOT_HERE``.

        Raises:
            RecordsUnavailable: Nobody to ask; ``NOT_REACHABLE`` may be returned as well.
        """
        ...


class Records(Protocol):
    """Knows whether a person's doses are recorded with the Platform. Blocking; any thread."""

    def ask(self, asker: Asker) -> Answer:
        """Return the doses, and of those that are not recorded why; takes a few seconds at most.

        ``PENDING``: the site has entered a dose that the Platform does not show yet, or refused.

        Raises:
            RecordsUnavailable: Nobody to ask; ``NOT_REACHABLE`` may be returned as well.
        """
        ...
