"""One scan, end to end, with real programs: a card before the camera, a reconciled record."""

import json
from pathlib import Path

import pytest
from factories.local_sites import RunningSite, person, photo, running_site, wait_for

from provisioning.domain import local_site

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with running_site(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture
def ready(site: RunningSite):
    site.http.post(f"{site.platform_url}/faults/clear").raise_for_status()
    site.http.post(f"{site.kiosk_url}/touch/back")
    site.wait_for_screen("attract")
    return site


def visit_of(site: RunningSite, ticket: str, state: str):
    return next((v for v in site.visits() if v["ticket"] == ticket and v["state"] == state), None)


def test_a_card_before_the_camera_becomes_a_slip_and_a_reconciled_record(ready):
    ready.fault(kind="down", times=None)
    before = len(ready.slips())

    ready.hold_up(photo(person(123)))
    ticket = ready.wait_for_screen("done")["ticket"]

    slips = wait_for(lambda: ready.slips()[before:], "the slip")
    assert len(slips) == 1
    wait_for(lambda: visit_of(ready, ticket, "pending"), "a provisional visit at the centre")
    page = ready.leader().get("/").text
    assert "Tạm tính" in page
    assert "Đã đối soát" in page
    ready.http.post(f"{ready.platform_url}/faults/clear").raise_for_status()
    wait_for(lambda: visit_of(ready, ticket, "reconciled"), "the reconciled record", 60)


def test_a_typed_number_checks_in_as_a_card_does(ready):
    ready.type_number("058185000777")
    ticket = ready.wait_for_screen("done")["ticket"]

    wait_for(lambda: visit_of(ready, ticket, "reconciled"), "the reconciled record", 60)


def test_the_same_card_again_gets_the_same_number(ready):
    ready.hold_up(photo(person(201)))
    first = ready.wait_for_screen("done")["ticket"]
    wait_for(lambda: ready.screen()["slip"] == "printed", "the slip")
    ready.http.post(f"{ready.kiosk_url}/touch/back")
    ready.wait_for_screen("attract")

    ready.type_number("058185000201")

    assert ready.wait_for_screen("done")["ticket"] == first


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("058185000123||Nguyễn Thị Mẫu|31022000|Nữ|Phước Dinh|05052021", "impossible_date"),
        ("058185******|NGUYEN THI MAU|1985-08-17|1|Q1|", "masked_number"),
        ("https://example.com/menu", "web_address"),
        ("HC1:NCFOXN%TS3DH3ZSUZK+.V0ETD%65NL-AH", "certificate_not_identity"),
    ],
)
def test_what_checks_nobody_in_is_explained_and_stops_nothing(ready, text, reason):
    ready.hold_up(photo(text, seed=hash_of(text)))

    assert ready.wait_for_screen("refused")["reason"] == reason


def hash_of(text: str) -> int:
    return sum(text.encode())


def test_a_broken_picture_is_refused_in_words_and_the_next_card_is_served(ready):
    answer = ready.hold_up(b"\xff\xd8\xff\xe0 no picture at all")

    assert answer.status_code == 422
    assert answer.text.strip()
    ready.hold_up(photo(person(301)))
    ready.wait_for_screen("done")


def test_without_a_broker_the_kiosk_serves_and_says_what_is_unsent(ready):
    ready.drained()
    ready.site.kill(local_site.BROKER)
    try:
        ready.hold_up(photo(person(401)))
        screen = ready.wait_for_screen("done")
        wait_for(lambda: ready.screen()["unsent"], "the words about what is unsent")
    finally:
        ready.site.start(local_site.BROKER)
    wait_for(lambda: visit_of(ready, screen["ticket"], "reconciled"), "the record", 90)


def test_without_a_centre_nothing_counts_as_sent(ready):
    ready.drained()
    ready.site.kill(local_site.CENTRE)
    try:
        ready.hold_up(photo(person(501)))
        screen = ready.wait_for_screen("done")
        wait_for(lambda: ready.screen()["unsent"], "the words about what is unsent")
    finally:
        ready.site.start(local_site.CENTRE)
    wait_for(lambda: visit_of(ready, screen["ticket"], "reconciled"), "the record", 90)


def test_without_a_printer_the_number_fills_the_screen_and_the_visit_counts(ready):
    ready.site.kill(local_site.PRINTER)
    try:
        ready.hold_up(photo(person(601)))
        wait_for(lambda: ready.screen()["slip"] == "failed", "the words of a failed slip")
        ticket = ready.screen()["ticket"]
    finally:
        ready.site.start(local_site.PRINTER)
    wait_for(lambda: visit_of(ready, ticket, "reconciled"), "the record", 60)


def test_nothing_of_a_person_is_readable_on_the_kiosk_in_logs_or_at_the_broker(ready):
    canary = "058185900871||Bạch Thị Chim Yến|17081985|Nữ|Thôn Vĩnh Trường|05052021"
    ready.hold_up(photo(canary))
    ready.wait_for_screen("done")
    ready.drained()

    kiosk = ready.kiosk_data().parent
    files = [*kiosk.rglob("*"), *(ready.directory / "logs").iterdir()]
    found = [path for path in files if path.is_file() and holds(path, canary)]

    assert found == []


def holds(path: Path, canary: str) -> bool:
    content = path.read_bytes()
    number, _, name, *_ = canary.split("|")
    escaped = json.dumps(name).encode().strip(b'"')
    return number.encode() in content or name.encode() in content or escaped in content
