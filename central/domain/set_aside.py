"""A message that could not be taken, as people may see it: whose it says it is, and why it was set aside."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SetAside:
    """One message in quarantine, without its bytes: whatever is in them, nobody vouches for it.

    Attributes:
        said_to_be: Device in whose name it came; a claim, and empty where the topic names none.
        reason: A code of ours.
        size_bytes: Of what is kept; a larger message is kept up to the size of an honest one.
        times: How often the very same came.
    """

    received_at: datetime
    said_to_be: str
    reason: str
    size_bytes: int
    times: int
