"""What a kiosk could not send comes on a USB stick; garbage beside it is named and left out."""

import pytest
from factories.installations import provisioned
from factories.journals import check_in

from central import __main__ as centre
from central.adapters import database
from central.adapters.event_store_sql import SqlEventStore
from central.config import load
from edge import __main__ as edge
from edge.adapters.clock import SystemClock
from edge.adapters.journal_sqlite import SqliteJournal
from edge.config.settings import read_settings
from protocol.identity import DeviceId

pytestmark = pytest.mark.system
DEVICE = DeviceId("kiosk-0001")


@pytest.fixture
def places(tmp_path):
    provisioned(tmp_path, DEVICE)
    return {
        "edge": tmp_path / "devices" / DEVICE / "edge.toml",
        "centre": tmp_path / "centre" / "central.toml",
        "stick": tmp_path / "stick",
        "journal": read_settings(tmp_path / "devices" / DEVICE / "edge.toml").data_directory
        / "journal.db",
    }


def write_journal(places, people, acked=0):
    places["journal"].parent.mkdir(parents=True, exist_ok=True)
    journal = SqliteJournal(places["journal"], device=DEVICE, clock=SystemClock())
    for number in range(1, people + 1):
        journal.append([check_in(number)])
    if acked:
        journal.acknowledge(acked, epoch=journal.position().epoch, now="2026-11-22T01:00:00.000Z")
    place = journal.position()
    journal.close()
    return place


def export(places):
    return edge.main(["export-batches", str(places["stick"]), "--config", str(places["edge"])])


def take(places):
    return centre.main(["import-batches", str(places["stick"]), "--config", str(places["centre"])])


def answer(places, place):
    engine = database.connect(f"sqlite:///{data_directory(places)}/central.db")
    mark = SqlEventStore(engine).watermark(DEVICE, place.epoch)
    with database.reading(engine) as connection:
        events = len(connection.execute(database.raw_events.select()).all())
    engine.dispose()
    return mark, events


def data_directory(places):
    return load(places["centre"]).data_directory


def test_a_stick_brings_everything_once_and_leaves_the_journal_as_it_was(places, capsys):
    place = write_journal(places, 230)

    before = places["journal"].read_bytes()
    assert export(places) == 0
    assert places["journal"].read_bytes() == before
    assert len(list(places["stick"].iterdir())) >= 3
    assert take(places) == 0
    assert take(places) == 0

    mark, events = answer(places, place)
    assert (mark.through, mark.head) == (place.last, place.head)
    assert events == place.last
    assert "230 events" in capsys.readouterr().out


def test_garbage_and_forgeries_are_named_and_left_out_and_the_rest_goes_in(places, capsys):
    place = write_journal(places, 120)
    assert export(places) == 0
    files = sorted(places["stick"].iterdir())
    (places["stick"] / "holiday.jpg").write_bytes(b"\xff\xd8 not a batch")
    forged = bytearray(files[0].read_bytes())
    forged[-1] ^= 1
    (places["stick"] / files[0].name.replace(".batch", "-copy.batch")).write_bytes(bytes(forged))
    (places["stick"] / files[0].name.replace(DEVICE, "kiosk-0002")).write_bytes(
        files[0].read_bytes()
    )

    assert take(places) == 3

    told = capsys.readouterr()
    assert [line.split(": ")[1] for line in told.err.splitlines() if "left out" in line] == [
        "holiday.jpg",
        *sorted(
            [
                files[0].name.replace(".batch", "-copy.batch"),
                files[0].name.replace(DEVICE, "kiosk-0002"),
            ]
        ),
    ]
    assert answer(places, place)[0].through == place.last


def test_a_damaged_journal_gives_what_it_still_proves(places):
    place = write_journal(places, 400)
    data = bytearray(places["journal"].read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 4096] = bytes(4096)
    places["journal"].write_bytes(data)

    assert export(places) == 0
    assert take(places) in (0, 3)

    _, events = answer(places, place)
    assert 300 < events < place.last


def test_a_batch_whose_forerunners_are_missing_is_named_and_goes_in_with_them(places, capsys):
    place = write_journal(places, 120)
    assert export(places) == 0
    first = min(places["stick"].iterdir())
    kept = first.read_bytes()
    first.unlink()

    assert take(places) == 3
    assert "gap" in capsys.readouterr().err

    first.write_bytes(kept)
    assert take(places) == 0
    assert answer(places, place)[0].through == place.last


def test_without_a_journal_it_says_so(places, capsys):
    assert export(places) == 1
    assert "there is no journal" in capsys.readouterr().err
