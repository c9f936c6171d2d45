"""What a kiosk and the hub of its site say to each other, and the bytes of it: JSON, bounded.

Kiosk and hub may run different versions of this program: fields are added, never changed, and fields
that a version does not know are passed over.
"""

from typing import Annotated, Literal, TypeVar

import msgspec

from protocol.errors import WireError

MAX_CLAIM_BYTES = 2_048
MAX_RUN_BYTES = 192 * 1024
"""Of a run of 64 KiB of events in base64, with room to spare."""
MAX_ANSWER_BYTES = 4_096
MOST_EVENTS = 100
CLAIMS, ARRIVALS, KEYS, HUB, WAITING = "/claims", "/arrivals", "/keys", "/hub", "/waiting"
STAFF = "/staff"
SERVICE = "_tram-hub._tcp.local."
"""Under which a hub makes itself known on the network; nobody believes it before the handshake."""

IS_HUB, IS_STANDBY = "hub", "standby"

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Short = Annotated[str, msgspec.Meta(max_length=64)]
Place = Annotated[int, msgspec.Meta(ge=0, le=(1 << 53) - 1)]


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A kiosk is about to check somebody in. Asked again with the same ``event``, it is the same.

    Attributes:
        person: Matching key of the ID number under the kiosk's day key.
        ticket: Number that the kiosk will give.
        at: The kiosk's wall clock, RFC 3339; for the eye only.
        holds: This kiosk gave ``ticket`` before, in ``visit``; it asks whether that still counts and claims
            nothing.
    """

    event: Name
    visit: Name
    person: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    ticket: Annotated[str, msgspec.Meta(min_length=1, max_length=16)]
    at: Short = ""
    holds: bool = False


class ClaimAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the person is new, or holds a number already.

    Attributes:
        settled: That number is durable at the hub. Otherwise another kiosk is just giving it.
        station: Id of the station where the person stands; ``desk`` is where their slip sends them.
        device: Where they checked in; empty for the hub itself.
        over: To a kiosk that ``holds`` a number: nobody in the hall has it any more.
    """

    answer: Literal["granted", "known"]
    visit: Short = ""
    ticket: Short = ""
    station: Short = ""
    desk: Annotated[str, msgspec.Meta(max_length=200)] = ""
    device: Short = ""
    settled: bool = True
    over: bool = False


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in a kiosk's journal after ``after`` up to ``through``, as far as the hub wants it.

    Attributes:
        after: How far the kiosk believes that the hub has taken this epoch.
        events: Exact bytes of the check-ins and complaints among them, in their order.
    """

    epoch: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}$")]
    after: Place
    through: Place
    events: Annotated[tuple[bytes, ...], msgspec.Meta(max_length=MOST_EVENTS)] = ()


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """How far the hub has durably taken an epoch; lower than the run began: send from there."""

    through: Place


class DayKey(msgspec.Struct, frozen=True, kw_only=True):
    """The site's key of the day; ``key`` is empty while nobody has logged in at the hub.

    Attributes:
        hall: Day of the people in the hall, by the queue; another one than before: all others have gone.
        order: Names what somebody asked of this kiosk at a desk just now; empty: nothing. It is
            obeyed once.
        verify: What was asked: to be a verify station for a while, or else to give numbers again.
    """

    day: Short
    key: Annotated[bytes, msgspec.Meta(max_length=64)] = b""
    hall: Short = ""
    order: Short = ""
    verify: bool = False

    def __repr__(self) -> str:
        return f"DayKey({self.day})"


class HubState(msgspec.Struct, frozen=True, kw_only=True):
    """Who is the hub of this site.

    Attributes:
        serial: Number of the command that names the site's hub; 0 by provisioning.
        epoch: Of the hub's journal.
        role: Whether this device is the hub, or stands by.
        command: That command, signed; empty while there is none.
    """

    device: Name
    site: Name
    epoch: Short = ""
    serial: Place = 0
    role: Short = IS_HUB
    command: Annotated[bytes, msgspec.Meta(max_length=2_048)] = b""


class StaffCall(msgspec.Struct, frozen=True, kw_only=True):
    """Staff are wanted at a kiosk; said again and again until somebody came. Nothing in it is of a person.

    Attributes:
        call: Names this call among those of the kiosk.
        seconds: Since it began.
        over: Nobody is wanted there any more.
    """

    call: Name
    seconds: Place = 0
    over: bool = False


class StaffAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The desks of the site show a call, until somebody of the staff says that they have ``arrived``."""

    arrived: bool = False


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """Minutes that people wait now, from and to; None while nobody can say."""

    minutes: tuple[Annotated[int, msgspec.Meta(ge=0, le=1_440)], int] | None = None


_Said = TypeVar(
    "_Said", Claim, ClaimAnswer, Run, Taken, DayKey, HubState, Waiting, StaffCall, StaffAnswer
)
Message = Claim | ClaimAnswer | Run | Taken | DayKey | HubState | Waiting | StaffCall | StaffAnswer


def encode(message: Message) -> bytes:
    """Return the bytes of what is said."""
    return msgspec.json.encode(message)


def decode(kind: type[_Said], data: bytes) -> _Said:
    """Return what ``data`` says.

    Raises:
        WireError: ``bad_message``: not JSON, or not a message of this kind; no part of it is quoted.
    """
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise WireError("bad_message", f"not a {kind.__name__} as JSON") from error


def address(text: str, port: int) -> tuple[str, int]:
    """Return host and port of an address, which may name a port of its own; ``port`` is the usual one."""
    if text.startswith("["):
        host, _, own = text[1:].partition("]:")
        return host.rstrip("]"), int(own) if own.isdigit() else port
    host, colon, own = text.partition(":")
    if colon and own.isdigit():
        return host, int(own)
    return text, port


def hub_name(site: str) -> str:
    """Return the name in the certificate of a site's hub, whatever address answers."""
    return f"{site}-hub.local"
