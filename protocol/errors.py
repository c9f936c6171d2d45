"""The two ways a message can be wrong, split by blame.

WireError        their bytes: quarantine the message, count it, go on
ProtocolMisuse   our own bug: crash
"""


class WireError(ValueError):
    """Bytes from outside do not hold what they claim to hold.

    Attributes:
        code: Stable word for counters and screens, such as ``bad_signature``.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code


class ProtocolMisuse(AssertionError):  # noqa: N818 - the name of a mistake, not of a failure
    """Our own code asked for something the protocol forbids."""
