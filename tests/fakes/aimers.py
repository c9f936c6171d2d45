"""An aimer that says what a test wants it to have seen."""

from dataclasses import replace

from edge.domain.aim import Look
from edge.ports import Frame


class Looks:
    """Gives ``looks`` in turn, then that of an empty room for ever."""

    def __init__(self, *looks: Look) -> None:
        self.left = list(looks)
        self.forgotten = 0

    def measure(self, frame: Frame, at_ms: int) -> Look:  # noqa: ARG002 - the port's
        return replace(self.left.pop(0), at_ms=at_ms) if self.left else Look(at_ms)

    def forget(self) -> None:
        self.forgotten += 1
