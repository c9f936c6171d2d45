"""Faults that the sandbox plays on demand, for the next requests or until they are cleared."""

import threading
from dataclasses import dataclass, replace
from enum import StrEnum


class FaultKind(StrEnum):
    """What may go wrong; the words stand on the admin page and in the API."""

    DOWN = "down"
    SLOW = "slow"
    ERROR = "error"
    THROTTLED = "throttled"
    REFUSED = "refused"
    LOST_ANSWER = "lost_answer"
    GARBAGE = "garbage"
    DUPLICATE = "duplicate"
    CHANGED_FIELD = "changed_field"
    LYING = "lying"
    OTHER_RECORD = "other_record"
    EMPTY = "empty"


WRITING = frozenset(
    {FaultKind.REFUSED, FaultKind.LOST_ANSWER, FaultKind.DUPLICATE, FaultKind.CHANGED_FIELD}
)
READING = {
    FaultKind.LYING: "Patient",
    FaultKind.OTHER_RECORD: "Encounter",
    FaultKind.EMPTY: "Encounter",
}
"""Faults of reading, and the type of resource that each strikes unless told otherwise."""
DOSE_FIELDS = frozenset({"vaccine", "lot", "dose_number", "day"})


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault that is switched on.

    Attributes:
        times: How many requests it still strikes; None until it is cleared.
        seconds: How slow, or how long to stay away (``Retry-After``).
        field: Which field is changed: ``name``, ``birth``, ``sex``, ``number`` or ``time``; of a
            dose ``vaccine``, ``lot``, ``dose_number`` or ``day``.
        about: Type of resource whose reading is struck; empty for the usual one.
        status: Which 5xx is answered.
    """

    kind: FaultKind
    times: int | None = 1
    seconds: float = 2.0
    field: str = "birth"
    status: int = 503
    about: str = ""

    def strikes(self, resource_type: str, *, writing: bool) -> bool:
        """Return whether the fault has to do with a request about ``resource_type``."""
        if self.kind in WRITING:
            return writing
        if self.kind in READING:
            return not writing and resource_type == self._read()
        return True

    def _read(self) -> str:
        if self.kind is FaultKind.LYING and self.field in DOSE_FIELDS:
            return "Immunization"
        return self.about or READING[self.kind]


class Faults:
    """The faults that are on. In memory: a restart heals everything."""

    def __init__(self) -> None:
        self._on: list[Fault] = []
        self._lock = threading.Lock()
        self.struck: dict[str, int] = {}

    def set(self, fault: Fault) -> None:
        """Switch a fault on; it replaces one of the same kind."""
        with self._lock:
            self._on = [other for other in self._on if other.kind != fault.kind] + [fault]

    def clear(self, kind: FaultKind | None = None) -> None:
        """Switch one fault off, or all."""
        with self._lock:
            self._on = [fault for fault in self._on if kind is not None and fault.kind != kind]

    def on(self) -> list[Fault]:
        """Return the faults that are on."""
        with self._lock:
            return list(self._on)

    def take(self, resource_type: str, *, writing: bool) -> dict[FaultKind, Fault]:
        """Return the faults that strike this request, and count it."""
        with self._lock:
            struck = {
                fault.kind: fault
                for fault in self._on
                if fault.strikes(resource_type, writing=writing)
            }
            self._on = [left for fault in self._on if (left := _left(fault, struck)) is not None]
            for kind in struck:
                self.struck[kind] = self.struck.get(kind, 0) + 1
        return struck


def _left(fault: Fault, struck: dict[FaultKind, Fault]) -> Fault | None:
    if fault.kind not in struck or fault.times is None:
        return fault
    return replace(fault, times=fault.times - 1) if fault.times > 1 else None
