"""How old a log-in is, on a machine whose clock may be wrong and whose power may fail.

Within one boot the machine's running time counts. Over a restart the wall clock counts where it was
right both times; else nothing is added, so that a session lives too long rather than names a clock.
"""

from dataclasses import dataclass, replace

from edge.domain.staff import Role, Staff


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment by all clocks that the machine has."""

    boot: str
    boot_seconds: float
    wall_seconds: float
    clock_ok: bool


@dataclass(frozen=True, slots=True)
class Session:
    """One log-in at one browser, or the long-lived right of one board.

    Attributes:
        key: SHA-256 of the token that the browser holds; the token itself is kept nowhere.
        role: None for a board.
        label: Of a board: where it hangs.
        age_seconds: How old the session was at ``seen``.
    """

    key: str
    login: str
    role: Role | None
    label: str
    age_seconds: float
    seen: Instant

    @property
    def staff(self) -> Staff | None:
        """Return who this is, or None for a board."""
        return None if self.role is None else Staff(self.login, self.role)


@dataclass(frozen=True, slots=True)
class Limits:
    """When a log-in of staff ends; boards stay until they are taken away."""

    session_seconds: float
    idle_seconds: float


def passed(before: Instant, now: Instant) -> float:
    """Return how many seconds passed for certain; never less than none."""
    if before.boot == now.boot:
        return max(0.0, now.boot_seconds - before.boot_seconds)
    if before.clock_ok and now.clock_ok:
        return max(0.0, now.wall_seconds - before.wall_seconds)
    return 0.0


def seen_again(session: Session, now: Instant) -> Session:
    """Return the session as of ``now``."""
    age = session.age_seconds + passed(session.seen, now)
    return replace(session, age_seconds=age, seen=now)


def expired(session: Session, now: Instant, limits: Limits) -> bool:
    """Return whether a session has ended: by age, or because nothing was done with it."""
    if session.role is None:
        return False
    idle = passed(session.seen, now)
    return idle >= limits.idle_seconds or session.age_seconds + idle >= limits.session_seconds
