"""For a kiosk that is not set up to ask for certificates and doses: says so, and guesses nothing."""

from edge.domain.answers import Answer, Asker, Found


class NoRecords:
    """Answers that nobody can be asked."""

    def ask(self, asker: Asker) -> Answer:  # noqa: ARG002 - the port's
        return Answer(Found.NOT_REACHABLE)
