"""What a kiosk asks of what the hub keeps for its site, and the bytes of it: JSON, bounded.

Pages are the centre's, signed; a kiosk verifies them itself. What the hub adds is how old they are.
"""

from typing import Annotated, Final, TypeVar

import msgspec

from edge.domain.lan import Name, Place
from protocol.certificates.news import MOST_NEWS, PersonsDose
from protocol.errors import WireError

ROSTER: Final = "/roster"
CERTIFICATES: Final = "/certificates"
COPIES: Final = "/copies"
LISTS: Final = "/lists"
MAX_ASKED_BYTES: Final = 512
MAX_SAID_BYTES: Final = 2 << 20
"""Of a page of 1 MiB in base64, with room to spare."""

Said = TypeVar("Said", bound=msgspec.Struct)


class PageSaid(msgspec.Struct, frozen=True, kw_only=True):
    """What the hub says to "what follows on this change?".

    Attributes:
        page: The next page as the centre signed it; empty where nothing follows.
        last: The newest change that the hub has.
        age_seconds: Since the centre last said that it is complete; None: the hub has nothing that
            it can open, because nobody has logged in or nothing has come yet.
    """

    page: bytes = b""
    last: Place = 0
    age_seconds: Place | None = None


class DosesSaid(msgspec.Struct, frozen=True, kw_only=True):
    """What the hub knows of one person's doses.

    Attributes:
        printed: Copy names of the certificates that left a printer of the site before.
        age_seconds: As of a page.
    """

    doses: Annotated[tuple[PersonsDose, ...], msgspec.Meta(max_length=MOST_NEWS)] = ()
    printed: Annotated[tuple[Name, ...], msgspec.Meta(max_length=MOST_NEWS)] = ()
    age_seconds: Place | None = None


class CopyAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A kiosk is about to print the certificate of a dose.

    Attributes:
        dose: The certificate's copy name: the dose, and which one where it took another's place.
    """

    dose: Name


class CopySaid(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a copy may have left a printer of the site before, or is just leaving another one."""

    printed: bool


def decode(kind: type[Said], data: bytes) -> Said:
    """Return what ``data`` says.

    Raises:
        WireError: ``bad_message``: not JSON, or not a message of this kind; no part of it is quoted.
    """
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise WireError("bad_message", f"not a {kind.__name__} as JSON") from error
