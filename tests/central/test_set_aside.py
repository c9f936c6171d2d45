"""The list of messages that could not be taken: each with its reason in words, for whoever sees all sites."""

import pytest
from factories.devices import AT, Card
from factories.logins import browser
from fakes.ingest import MemoryRegistry

from central.adapters.event_store_sql import SqlEventStore
from central.api.words_set_aside import SET_ASIDE, reason_words
from central.services.inbox import Message
from central.services.opening import Opener
from protocol import topics
from protocol.identity import DeviceId

UNKNOWN = Card("kiosk-9999").write(2)
ARRIVED = (
    Message(topics.up(DeviceId("kiosk-0001"), "batch"), b"<script>alert(1)</script>"),
    Message(topics.up(UNKNOWN.device, "batch"), UNKNOWN.message(1, 2)),
    Message("a/b/c/<b>ten</b>", b"\xff"),
)
CODES = (
    *("unknown_device", "revoked_device", "bad_signature", "wrong_topic", "wrong_device"),
    *("bad_topic", "bad_device_id", "too_large", "bad_cose", "bad_batch", "bad_epoch"),
)


def arrive(engine):
    opened = Opener(MemoryRegistry.of()).open(list(ARRIVED))
    SqlEventStore(engine).commit(opened.deliveries, opened.quarantined, AT)


@pytest.mark.parametrize("login", ["tinh", "cntt"])
def test_what_could_not_be_taken_is_listed_with_its_reason_and_what_to_do(engine, url, login):
    arrive(engine)
    arrive(engine)

    with browser(url, login) as client:
        page = client.get("/set-aside").text
        figures = client.get("/").text

    for code in ("bad_cose", "unknown_device", "bad_topic"):
        assert page.count(reason_words("vi", code)[0]) == 1
    assert 'data-label="Số lần">2<' in page
    assert "kiosk-9999" in page
    assert "<script>" not in page
    assert "<b>ten" not in page
    assert 'href="/set-aside">Bản tin bị cách ly: <b>3</b>' in figures


def test_where_nothing_was_set_aside_the_page_says_so_in_both_languages(url):
    with browser(url, "tinh") as client:
        assert SET_ASIDE["vi"]["none"] in client.get("/set-aside").text
        assert SET_ASIDE["en"]["none"] in client.get("/set-aside?lang=en").text


@pytest.mark.parametrize("login", ["xa", "tram", "cong-an"])
def test_who_answers_for_some_sites_or_for_lists_alone_does_not_see_it(engine, url, login):
    arrive(engine)

    with browser(url, login) as client:
        answer = client.get("/set-aside")

    assert answer.status_code == 403
    assert "kiosk-9999" not in answer.text


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_reason_for_which_ingest_sets_aside_has_words(language):
    assert [code for code in CODES if reason_words(language, code)[0] == code] == []
    assert reason_words(language, "of_a_later_version")[0] == "of_a_later_version"
