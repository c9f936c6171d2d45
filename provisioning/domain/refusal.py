"""Why a command cannot be carried out, and what the person can do about it."""


class Refused(Exception):  # noqa: N818 - the command is refused; nothing is broken
    """The command would break something; nothing was changed.

    Attributes:
        reason: What is in the way.
        advice: What to do next.
    """

    def __init__(self, reason: str, advice: str) -> None:
        super().__init__(f"{reason}; {advice}")
        self.reason = reason
        self.advice = advice
