"""What the centre tells a site of its doses: recorded or not, and the Platform's certificate of each.

One form serves for everything and for what changed, as with rosters: the centre numbers every change
of a site's news, and a page carries what changed after the number that the reader has. Which person a
dose is of, and the certificate itself, travel sealed to the site.
"""

from typing import Annotated, Final, TypeVar

import msgspec

from protocol import cose
from protocol.errors import ProtocolMisuse, WireError
from protocol.messages import Signer

NEWS: Final = "application/tram-dose-news+json"
NEWS_PATH: Final = "/certificates/v1"
"""Where the centre's bulk address answers; ``?since=N&book=B`` says what the reader has."""
ASK_PATH: Final = "/certificates/v1/of-person"
"""Where a device asks of the one person before it, for what its hub lacks; who, stands in the body."""
MOST_NEWS: Final = 250
MAX_PAGE_BYTES: Final = 1 << 20
MAX_QUESTION_BYTES: Final = 1_200

_CODE: Final = "bad_news"

Said = TypeVar("Said", bound=msgspec.Struct)

Id = Annotated[str, msgspec.Meta(max_length=64)]
Change = Annotated[int, msgspec.Meta(ge=0, le=(1 << 53) - 1)]


class DoseNews(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far one dose is.

    Attributes:
        dose: Id of the ``vaccinated`` event; of one that only the Platform knows, a name made of its id there.
        visit: Empty where it was none of this installation.
        recorded: State of its record with the Platform: ``pending``, ``accepted``, ``failed``,
            ``overdue`` or ``withdrawn``.
        certificate: ``pending``, ``issued``, ``expired``, ``revoked``, ``doubtful``: one that cannot
            be verified, or is another person's; ``elsewhere``: the Platform sends this installation
            none, so that nobody waits here for one; or ``unread``: the centre could not ask the
            Platform since it began, so that nobody here knows.
        reissued: This certificate took the place of an earlier one, which may be on paper.
        sealed: ``DoseDetails``, bound to ``dose``; empty where the centre has no key of the site.
    """

    dose: Id
    visit: Id
    recorded: Annotated[str, msgspec.Meta(max_length=20)]
    certificate: Annotated[str, msgspec.Meta(max_length=20)] = "pending"
    reissued: bool = False
    sealed: dict[str, str] = {}


class NewsPage(msgspec.Struct, frozen=True, kw_only=True):
    """What changed in a site's news after change ``since``, up to and with ``through``.

    Attributes:
        since: The change that the reader must stand at; 0 makes it begin anew.
        last: The newest change that there is; the reader is up to date when it equals ``through``.
        book: Changes of another book have other numbers: then ``since`` is 0.
    """

    site: Id
    book: Id
    since: Change
    through: Change
    last: Change
    news: Annotated[tuple[DoseNews, ...], msgspec.Meta(max_length=MOST_NEWS)] = ()


class DoseDetails(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whose dose it is, and its certificate; sealed, or in memory.

    Attributes:
        number: ID number of the person.
        day: ``YYYY-MM-DD``.
        code: Exact text of the certificate's code; empty while there is none.
    """

    number: Annotated[str, msgspec.Meta(max_length=40)]
    dose_number: Annotated[int, msgspec.Meta(ge=0, le=9_999)] = 0
    day: Annotated[str, msgspec.Meta(max_length=10)] = ""
    vaccine: Annotated[str, msgspec.Meta(max_length=80)] = ""
    code: Annotated[str, msgspec.Meta(max_length=8_000)] = ""

    def __repr__(self) -> str:
        return "DoseDetails(...)"


class PersonsDose(msgspec.Struct, frozen=True, kw_only=True):
    """What is told of one dose of the person before a kiosk or desk.

    Attributes:
        printed: A copy of this certificate left a printer of any site before, as far as the centre
            was told; without a certificate in ``details``: a copy of the dose's first one.
    """

    news: DoseNews
    details: DoseDetails
    printed: bool = False


class PersonsDoses(msgspec.Struct, frozen=True, kw_only=True):
    """A person's doses, as far as whoever answers knows.

    Attributes:
        whole: It is every dose that the Platform has told of under the number, name and birth date
            that were asked for, whenever and wherever it was given: only then does an empty answer
            say that there is none. Under another name there may be some: that is not told.
    """

    doses: Annotated[tuple[PersonsDose, ...], msgspec.Meta(max_length=MOST_NEWS)] = ()
    whole: bool = False


class PersonAsked(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Of whom a kiosk asks.

    Attributes:
        name: As the card has it, with ``birth`` (``YYYY-MM-DD`` or less): a number alone tells of the
            doses of this site, nobody's of another one.
    """

    number: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    name: Annotated[str, msgspec.Meta(max_length=200)] = ""
    birth: Annotated[str, msgspec.Meta(max_length=10)] = ""

    def __repr__(self) -> str:
        return "PersonAsked(...)"


def encode_news(page: NewsPage, signer: Signer) -> bytes:
    """Return a signed page.

    Raises:
        ProtocolMisuse: Larger than a reader takes.
    """
    payload = msgspec.json.encode(page)
    if len(payload) > MAX_PAGE_BYTES or len(page.news) > MOST_NEWS:
        raise ProtocolMisuse(f"a page holds at most {MOST_NEWS} news and {MAX_PAGE_BYTES} bytes")
    return cose.sign(payload, signer.key, signer.kid, NEWS)


def decode_news(message: cose.Sign1) -> NewsPage:
    """Return the page in a message whose signature the caller has verified.

    Raises:
        WireError: ``bad_news``.
    """
    if message.content_type != NEWS:
        raise WireError(_CODE, "signed as a message of another kind")
    page = decode(message.payload, NewsPage)
    if not page.since <= page.through <= page.last:
        raise WireError(_CODE, "the changes do not follow one another")
    return page


def decode(data: bytes, kind: type[Said]) -> Said:
    """Return what ``data`` says; no part of it is quoted in an error.

    Raises:
        WireError: ``bad_news``.
    """
    if len(data) > MAX_PAGE_BYTES:
        raise WireError(_CODE, f"larger than {MAX_PAGE_BYTES} bytes")
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise WireError(_CODE, f"not a {kind.__name__} as JSON") from error
