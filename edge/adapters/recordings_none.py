"""No recordings: nobody has spoken anything for this kiosk."""

from edge.ports import Clip


class NoRecordings:
    """Has no clip."""

    def clip(self, name: str, language: str) -> Clip | None:  # noqa: ARG002
        return None
