"""A site's list, end to end, with real programs: a spreadsheet's row, the words on the screen."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from factories.local_sites import RunningSite, photo, running_site, wait_for

from edge.simulated import sample_payloads as cards
from provisioning.domain import local_site
from provisioning.services.local_site import DEVICE

pytestmark = pytest.mark.system

LISTED_ONLY = ["X1234567", "Anna Invented", "Chamaléa Văn Thư", "2000-02-28"]
"""On the sample list and on no card: whoever finds it on the kiosk found the list."""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    directory = tmp_path_factory.mktemp("site")

    def list_and_quick_looks(made):
        made.import_roster()
        settings = directory / "provisioned/devices" / DEVICE / "edge.toml"
        with settings.open("a", encoding="utf-8") as file:
            file.write("\n[roster]\nrefresh_minutes = 0.01\n[desks]\nunknown = 'Bàn 3'\n")

    with running_site(directory, list_and_quick_looks) as running:
        wait_for(lambda: "cập nhật lúc" in bar(running), "the roster")
        yield running


@pytest.fixture
def ready(site: RunningSite):
    site.http.post(f"{site.kiosk_url}/touch/back")
    site.wait_for_screen("attract")
    return site


def bar(site: RunningSite) -> str:
    return site.screen()["bar"]["vi"]


def number_for(site: RunningSite, card: str) -> str:
    """Hold up a card, agree to whatever is asked, and return the words around the number."""
    site.hold_up(photo(card))

    def done():
        screen = site.screen()
        if screen["screen"] in {"read", "differs"}:
            site.http.post(f"{site.kiosk_url}/touch/yes")
        return screen["html"]["vi"] if screen["screen"] == "done" else None

    return wait_for(done, "a number")


def checked_in(site: RunningSite, card: str) -> tuple[str, dict]:
    """Return the words around the number, and what the centre got of it."""
    before = len(check_ins(site))
    shown = number_for(site, card)
    return shown, wait_for(lambda: check_ins(site)[before:], "the event")[0]


def check_ins(site: RunningSite) -> list[dict]:
    database = site.directory / "provisioned/centre/data/central.db"
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute("SELECT data FROM raw_events ORDER BY seq").fetchall()
    events = [json.loads(data) for (data,) in rows]
    return [event["body"] for event in events if event["type"] == "checked_in"]


def test_a_person_whom_the_police_verified_goes_the_usual_way(ready):
    _, event = checked_in(ready, cards.CARD_2021)

    assert event["standing"] == "verified"
    assert event.get("differences", []) == []


def test_what_differs_from_the_list_is_told_before_the_number_is_given(ready):
    before = len(check_ins(ready))
    ready.hold_up(photo(cards.CARD_2024))
    ready.wait_for_screen("read")
    ready.http.post(f"{ready.kiosk_url}/touch/yes")
    told = ready.wait_for_screen("differs")["html"]["vi"]
    ready.http.post(f"{ready.kiosk_url}/touch/yes")
    ready.wait_for_screen("done")
    event = wait_for(lambda: check_ins(ready)[before:], "the event")[0]

    assert told.count("<li>") == 2
    assert "Chamaléa" not in told
    assert (event["standing"], event["differences"]) == ("to_supplement", ["name", "birth"])


def test_who_must_supplement_is_sent_to_the_desk_that_the_list_names(ready):
    shown, event = checked_in(ready, cards.SECOND_PERSON)

    assert "Bàn bổ sung thông tin" in shown
    assert (event["standing"], event["desk"]) == ("to_supplement", "Bàn bổ sung thông tin")


def test_who_is_not_on_the_list_is_served_and_sent_to_the_desk_for_that(ready):
    shown, event = checked_in(ready, cards.NOTICE)

    assert "Bàn 3" in shown
    assert event["standing"] == "unknown"


def test_a_change_at_the_centre_reaches_the_kiosk_by_itself(ready, tmp_path):
    later = tmp_path / "later.csv"
    later.write_text(
        "Số CCCD,Họ và tên,Năm sinh,Tình trạng xác minh,Bàn\n"
        "058190000055,Lê Thị Thay Đổi,1990,Đã xác minh,Bàn 7\n"
        "058090000056,Trần Văn Mất Mạng,1990,Đã xác minh,\n",
        encoding="utf-8",
    )
    changes = roster_changes(ready)

    ready.site.import_roster(str(later))
    wait_for(lambda: roster_changes(ready) > changes, "the delta")
    shown, event = checked_in(ready, "058190000055||Lê Thị Thay Đổi|05061990|Nữ|Thôn 1|05052021")

    assert "Bàn 7" in shown
    assert event["standing"] == "verified"


def test_without_the_centre_the_kiosk_still_knows_people_and_says_how_old_its_list_is(ready):
    ready.site.stop(local_site.CENTRE)
    try:
        wait_for(lambda: '"roster_stays_as_it_is"' in kiosk_log(ready), "a try that failed")
        as_of = bar(ready)
        listed = number_for(ready, "058090000056||Trần Văn Mất Mạng|05061990|Nam|Thôn 1|05052021")

        assert "Danh sách của điểm: cập nhật lúc" in as_of
        assert "Bàn 3" not in listed
    finally:
        ready.site.start(local_site.CENTRE)
    wait_for(lambda: '"roster_fresh_again"' in kiosk_log(ready), "the list to be fresh again")


def test_nothing_of_the_list_is_on_the_kiosks_disk_or_in_its_log(ready):
    kiosk = ready.kiosk_data().parent
    opened = [each.readlink() for each in open_files(ready)]
    files = [*kiosk.rglob("*"), ready.directory / "logs/kiosk.log", *opened]
    found = [path for path in files if path.is_file() and holds(path)]

    assert found == []


def open_files(site: RunningSite) -> list[Path]:
    return list(Path(f"/proc/{site.site.pid(local_site.KIOSK)}/fd").iterdir())


def holds(path: Path) -> bool:
    content = path.read_bytes()
    return any(
        text.encode() in content or json.dumps(text)[1:-1].encode() in content
        for text in LISTED_ONLY
    )


def kiosk_log(site: RunningSite) -> str:
    return (site.directory / "logs/kiosk.log").read_text(encoding="utf-8")


def roster_changes(site: RunningSite) -> int:
    lines = [json.loads(line) for line in kiosk_log(site).splitlines() if '"roster"' in line]
    return max(line.get("changes_through", 0) for line in lines)
