"""What the centre tells sites of their doses, on the wire."""

import pytest
from factories.wire import SIGNER

from protocol import cose
from protocol.certificates.news import (
    MAX_PAGE_BYTES,
    MOST_NEWS,
    NEWS,
    DoseDetails,
    DoseNews,
    NewsPage,
    PersonAsked,
    decode,
    decode_news,
    encode_news,
)
from protocol.errors import ProtocolMisuse, WireError

ONE = DoseNews(
    dose="d-1", visit="v-1", recorded="accepted", certificate="issued", sealed={"k": "c"}
)


def page(**changes) -> NewsPage:
    fields = {
        "site": "phuoc-dinh",
        "book": "b",
        "since": 0,
        "through": 1,
        "last": 2,
        "news": (ONE,),
    }
    return NewsPage(**{**fields, **changes})


def test_a_signed_page_comes_back_as_it_was():
    assert decode_news(cose.parse(encode_news(page(), SIGNER))) == page()


@pytest.mark.parametrize("wrong", [{"since": 2, "through": 1}, {"through": 3, "last": 2}])
def test_changes_that_do_not_follow_one_another_are_refused(wrong):
    message = cose.parse(encode_news(page(**wrong), SIGNER))

    with pytest.raises(WireError, match="follow"):
        decode_news(message)


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        (b"{}", NEWS),
        (b"\xff", NEWS),
        (b"[" * 100_000, NEWS),
        (b" " * (MAX_PAGE_BYTES + 1), NEWS),
        (b"{}", "x"),
    ],
)
def test_what_is_no_page_is_refused(payload, kind):
    message = cose.parse(cose.sign(payload, SIGNER.key, SIGNER.kid, kind))

    with pytest.raises(WireError, match="bad_news"):
        decode_news(message)


def test_more_than_a_reader_takes_is_never_sent():
    with pytest.raises(ProtocolMisuse):
        encode_news(page(news=(ONE,) * (MOST_NEWS + 1)), SIGNER)


def test_neither_number_nor_certificate_shows_in_words_for_a_log():
    details = DoseDetails(number="058185000123", code="HC1:X")

    assert "0581" not in repr(details) + repr(PersonAsked(number="058185000123"))
    assert decode(b'{"number": "1"}', PersonAsked) == PersonAsked(number="1")
