import pytest
from factories import vaults
from factories.vaults import HEAD, NURSE

from edge.domain.sessions import Instant, Limits, Session, expired, passed, seen_again
from edge.domain.staff import Refusal, Role, Staff, StaffRow, may, refuse_removal, rows
from edge.domain.throttle import FORGET_SECONDS, MOST_REMEMBERED, Pace, Throttle

LIMITS = Limits(session_seconds=12 * 3600, idle_seconds=3600)


@pytest.mark.parametrize(
    ("role", "allowed"),
    [(Role.RECEPTION, True), (Role.HEAD, True), (Role.INJECTION, False)],
)
def test_a_page_is_for_its_role_and_for_the_head(role, allowed):
    assert may(role, Role.RECEPTION) is allowed


def test_the_list_shows_heads_first_and_names_only_where_known():
    assert rows(vaults.vault(NURSE, HEAD), {NURSE.login: NURSE.name}) == [
        StaffRow(HEAD.login, Role.HEAD, None),
        StaffRow(NURSE.login, Role.INJECTION, NURSE.name),
    ]


@pytest.mark.parametrize(
    ("login", "refusal"),
    [
        (HEAD.login, Refusal.LAST_HEAD),
        (NURSE.login, None),
        ("nobody", Refusal.UNKNOWN),
    ],
)
def test_a_site_keeps_one_head(login, refusal):
    assert refuse_removal(vaults.vault(HEAD, NURSE), login) is refusal


def throttle(free: int = 3, longest: float = 60) -> Throttle:
    return Throttle(Pace(free, longest))


def waits(guesses: int, now: float = 0.0) -> float:
    slow = throttle()
    for _ in range(guesses):
        slow.wrong("an", now)
    return slow.wait("an", now)


@pytest.mark.parametrize(
    ("guesses", "seconds"), [(0, 0), (2, 0), (3, 1), (4, 2), (5, 4), (8, 32), (9, 60), (500, 60)]
)
def test_each_wrong_guess_makes_the_wait_longer_up_to_a_limit(guesses, seconds):
    assert waits(guesses) == seconds


def test_the_wait_passes():
    slow = throttle(free=1)
    slow.wrong("an", 100.0)

    assert [slow.wait("an", now) for now in (100.0, 100.5, 101.0, 200.0)] == [1.0, 0.5, 0.0, 0.0]


def test_others_do_not_wait():
    slow = throttle(free=1)
    slow.wrong("an", 0.0)

    assert slow.wait("binh", 0.0) == 0


def test_a_right_guess_forgives():
    slow = throttle(free=1)
    slow.wrong("an", 0.0)
    slow.right("an")

    assert slow.wait("an", 0.0) == 0


def test_after_a_while_wrong_guesses_are_forgotten():
    slow = throttle(free=2)
    slow.wrong("an", 0.0)
    slow.wrong("an", 0.0)

    later = FORGET_SECONDS + 1.0
    assert slow.wait("an", later) == 0
    slow.wrong("an", later)
    assert slow.wait("an", later) == 0


def test_many_names_do_not_fill_the_memory():
    slow = throttle(free=1)
    slow.wrong("first", 0.0)
    for number in range(MOST_REMEMBERED):
        slow.wrong(f"name-{number}", 0.0)

    assert slow.wait("first", 0.0) == 0
    assert slow.wait("name-1", 0.0) == 1


def at(seconds: float, *, boot: str = "one", wall: float = 0.0, ok: bool = True) -> Instant:
    return Instant(boot, seconds, wall, ok)


@pytest.mark.parametrize(
    ("before", "now", "seconds"),
    [
        (at(10), at(25, wall=9999), 15),
        (at(25), at(10), 0),
        (at(10, wall=100), at(3, boot="two", wall=160), 60),
        (at(10, wall=160), at(3, boot="two", wall=100), 0),
        (at(10, wall=100, ok=False), at(3, boot="two", wall=160), 0),
        (at(10, wall=100), at(3, boot="two", wall=160, ok=False), 0),
    ],
)
def test_time_passes_by_the_clock_that_can_be_trusted(before, now, seconds):
    assert passed(before, now) == seconds


def session(age: float = 0.0, role: Role | None = Role.INJECTION) -> Session:
    return Session("hash", "tiem-1", role, "", age, at(0))


@pytest.mark.parametrize(
    ("age", "idle", "ended"),
    [(0, 3599, False), (0, 3600, True), (43_190, 9, False), (43_190, 10, True)],
)
def test_a_log_in_ends_by_age_and_by_idleness(age, idle, ended):
    assert expired(session(age), at(idle), LIMITS) is ended


def test_a_session_grows_older_each_time_it_is_seen():
    assert seen_again(session(5), at(10)).age_seconds == 15


def test_a_board_stays_and_is_no_staff():
    board = session(role=None)

    assert not expired(board, at(1e9), LIMITS)
    assert board.staff is None
    assert session().staff == Staff("tiem-1", Role.INJECTION)
