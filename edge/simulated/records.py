"""Certificates and doses of invented people, for demonstrations and tests."""

from collections.abc import Mapping

from edge.domain.answers import Answer, Asker, Found
from edge.ports import RecordsUnavailable


class SimulatedRecords:
    """Answers from a table; serves as ``Certificates`` and as ``Records``.

    Attributes:
        reachable: False stands for a broken line.
    """

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        """Take what is known, by the person's 12-digit number."""
        self._answers = dict(answers)
        self.reachable = True

    def ask(self, asker: Asker) -> Answer:
        if not self.reachable:
            raise RecordsUnavailable("the simulated line is cut")
        number = asker.claim.number if asker.claim else ""
        return self._answers.get(number, Answer(Found.UNKNOWN))
