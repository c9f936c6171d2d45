"""Earlier certificates in the queue: the hub's own kiosk's, and those that other devices hand over."""

import msgspec
from factories.queues import Hall

from edge.domain.queue.changing import MOST_CERTIFICATES
from edge.domain.queue.handed import Handed, taken_over
from edge.domain.queue.visit import SeenCertificate
from protocol.events import CertificateSeen, CheckedIn, Event
from protocol.site_events import CertificateNoted

CHECK_IN = CheckedIn(ticket="B001", document="cccd_2021")
SEEN = CertificateSeen(verdict="valid", fit="fits")


def of_kiosk(event: str, body: object, visit: str | None = "v-b", kind: str = "") -> Event:
    """Return an event as another kiosk wrote it."""
    kinds = {CheckedIn: "checked_in", CertificateSeen: "certificate_seen"}
    return Event(
        id=event,
        type=kind or kinds[type(body)],
        seq=1,
        at="2026-11-22T00:30:00.000Z",
        boot="b",
        boottime_ns=1,
        clock_ok=True,
        hlc="019aa0000000-0000",
        body=msgspec.Raw(msgspec.json.encode(body)),
        visit=visit,
    )


def handed(*events: Event) -> list[Handed]:
    return [Handed("kiosk-0002", event, sealed={"site": "s"}) for event in events]


def take(hall: Hall, *events: Event) -> list[str]:
    planned = taken_over(hall.state, handed(*events))
    for each in planned:
        hall.happen(each.body, each.visit, person=each.person)
    return [type(each.body).__name__ for each in planned]


def noted(event: str, wall: int, verdict: str = "valid") -> CertificateNoted:
    stamp = f"{wall:012x}-0000"
    return CertificateNoted(event=event, device="kiosk-0002", hlc=stamp, verdict=verdict)


def test_a_certificate_at_the_hubs_own_kiosk_is_known_and_outdates_no_form():
    hall = Hall()
    before = hall.come()
    event = hall.happen(SEEN, before.id)

    after = hall.visit(before.id)
    assert after.earlier == (SeenCertificate(event.id, event.hlc, "valid", "fits"),)
    assert (after.version, after.touched) == (before.version, False)
    assert hall.rebuilt().visits == hall.state.visits


def test_another_kiosks_check_in_and_certificate_are_taken_over_in_one_run_and_once():
    hall = Hall()
    run = [of_kiosk("k-1", CHECK_IN), of_kiosk("k-2", SEEN)]

    assert take(hall, *run) == ["Arrived", "CertificateNoted"]
    assert take(hall, *run) == []
    assert hall.visit("v-b").earlier == (
        SeenCertificate("k-2", "019aa0000000-0000", "valid", "fits", ""),
    )


def test_a_certificate_of_a_visit_that_is_not_here_is_the_centres_alone():
    hall = Hall()

    assert take(hall, of_kiosk("k-2", SEEN, "v-of-yesterday"), of_kiosk("k-3", SEEN, None)) == []


def test_what_this_version_cannot_read_passes_by():
    hall = Hall()
    unreadable = of_kiosk("k-1", {"ticket": 5}, kind="checked_in")
    later = of_kiosk("k-2", {"x": 1}, kind="of_a_later_version")

    assert take(hall, unreadable, later) == []


def test_several_are_kept_as_they_were_held_up_whatever_the_order_of_arrival():
    hall = Hall()
    hall.happen(CHECK_IN, "v-b")
    for event in (noted("k-3", 30, "expired"), noted("k-1", 10), noted("k-2", 20)):
        hall.happen(event, "v-b")

    assert [each.event for each in hall.visit("v-b").earlier] == ["k-1", "k-2", "k-3"]
    assert hall.state.noted == {"k-1", "k-2", "k-3"}


def test_the_same_one_journalled_twice_changes_nothing():
    hall = Hall()
    hall.happen(CHECK_IN, "v-b")
    hall.happen(noted("k-1", 10), "v-b")
    hall.happen(noted("k-1", 90, "expired"), "v-b")

    assert [each.verdict for each in hall.visit("v-b").earlier] == ["valid"]


def test_codes_without_end_fill_no_hub_and_the_latest_are_kept():
    hall = Hall()
    hall.happen(CHECK_IN, "v-b")
    for number in range(MOST_CERTIFICATES + 3):
        hall.happen(noted(f"k-{number}", number), "v-b")

    kept = hall.visit("v-b").earlier
    assert (len(kept), kept[-1].event) == (MOST_CERTIFICATES, f"k-{MOST_CERTIFICATES + 2}")
