"""The Platform's list of certificates: read by parts, on from where it ended, and again a little before."""

from datetime import UTC, datetime, timedelta

import pytest
from fakes.certificates import MemoryCertificates

from central.domain.dose_news import IssuedCertificate
from central.ports import PlatformUnavailable, StoreUnavailable
from central.services.read_certificates import CertificateReader

AT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def time_of(minutes: float) -> str:
    return (AT + timedelta(minutes=minutes)).isoformat(timespec="milliseconds")


class Platform:
    """Lists what is on its shelf from a time on; cut after so many."""

    def __init__(self):
        self.shelf, self.cut = [], None
        self.asked, self.closed = [], False

    def issue(self, name: str, minutes: float, state: str = "current") -> None:
        self.shelf.append(IssuedCertificate(f"i-{name}", state, time_of(minutes), f"HC1:{name}"))

    def changed(self, since):
        self.asked.append(since)
        after = sorted(self.shelf, key=lambda one: one.changed_at)
        after = [one for one in after if not since or one.changed_at >= since]
        yield from after[: self.cut]
        if self.cut is not None:
            raise PlatformUnavailable("cut")

    def close(self):
        self.closed = True


class Clock:
    def __init__(self):
        self.at = AT

    def now(self):
        return self.at


class Mirror(MemoryCertificates):
    """Says in which parts it kept; refuses when told to."""

    def __init__(self):
        super().__init__()
        self.parts, self.refuses = [], False

    def keep(self, page, now):
        if self.refuses:
            raise StoreUnavailable("the database does not answer")
        self.parts.append(len(page))
        super().keep(page, now)


class Bench:
    def __init__(self):
        self.platform, self.mirror, self.clock = Platform(), Mirror(), Clock()
        self.start()

    def start(self):
        self.reader = CertificateReader(self.platform, self.mirror, self.clock)

    def known(self):
        return {of for of in (one.dose for one in self.platform.shelf) if self.mirror.held([of])}

    def asked_from(self):
        """Return how many minutes after the first moment the last question began."""
        return (datetime.fromisoformat(self.platform.asked[-1]) - AT).total_seconds() / 60


@pytest.fixture
def bench():
    return Bench()


def test_a_long_list_is_kept_by_parts(bench):
    for n in range(450):
        bench.platform.issue(f"{n}", -n - 1)
    bench.reader.read_on()

    assert bench.mirror.parts == [200, 200, 50]
    assert bench.reader.read
    assert bench.reader.answers


def test_after_a_cut_what_was_read_is_there_and_a_restart_reads_on_from_it(bench):
    for n in range(300):
        bench.platform.issue(f"{n}", n - 600)
    bench.platform.cut = 250
    with pytest.raises(PlatformUnavailable):
        bench.reader.read_on()
    kept = len(bench.known())
    assert (bench.reader.read, bench.reader.answers) == (False, False)

    bench.platform.cut = None
    bench.start()
    assert not bench.reader.read
    bench.reader.read_on()

    assert (kept, len(bench.known())) == (250, 300)
    assert bench.asked_from() == 249 - 600 - 30
    assert bench.reader.read


def test_what_shows_up_late_is_read_within_a_quarter_of_an_hour_also_after_a_restart(bench):
    bench.platform.issue("first", -60)
    bench.reader.read_on()
    bench.platform.issue("then", -1)
    bench.reader.read_on()
    assert bench.asked_from() == -60
    bench.platform.issue("late", -14)
    bench.reader.read_on()
    assert "i-late" not in bench.known()

    bench.clock.at += timedelta(minutes=15)
    bench.reader.read_on()
    assert bench.asked_from() == -31
    assert "i-late" in bench.known()
    bench.platform.issue("later", -20)
    bench.start()
    bench.reader.read_on()
    assert "i-later" in bench.known()


def test_a_clock_that_is_put_back_keeps_nothing_from_being_read_again(bench):
    bench.platform.issue("first", -60)
    bench.reader.read_on()
    bench.clock.at -= timedelta(minutes=5)
    bench.reader.read_on()

    assert bench.asked_from() == -90


def test_while_the_database_is_away_the_reader_stays_where_it_was(bench):
    bench.platform.issue("first", -60)
    bench.reader.read_on()
    bench.platform.issue("then", -1)
    bench.mirror.refuses = True
    with pytest.raises(StoreUnavailable):
        bench.reader.read_on()
    assert (bench.reader.read, bench.reader.answers) == (True, False)

    bench.mirror.refuses = False
    bench.reader.read_on()

    assert bench.known() == {"i-first", "i-then"}
    assert bench.reader.answers


def test_what_another_process_wrote_late_is_put_right_by_the_next_look(bench):
    bench.platform.issue("one", -60)
    other = CertificateReader(bench.platform, bench.mirror, bench.clock)
    bench.reader.read_on()
    other.read_on()
    stale = bench.platform.shelf.pop()
    bench.platform.issue("one", -1, "entered-in-error")
    bench.reader.read_on()
    bench.mirror.keep([stale], AT)

    other.read_on()

    assert [one.state for one in bench.mirror.held(["i-one"])["i-one"]] == ["entered-in-error"]


def test_closing_gives_the_platforms_connections_back(bench):
    bench.reader.close()

    assert bench.platform.closed
