"""A whole day of a site, from the first log-in to the last number: people, staff, boards, and what breaks."""

import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from factories.day_book import DayBook
from factories.day_browsers import BoardScreen, Browser, Page
from factories.day_installation import HUB, PAGE_PORT, UI_PORT, password_of
from factories.day_kiosks import KioskQueue
from factories.day_people import coming
from factories.day_site import DaySite, wall
from factories.day_staff import Desk, Hours, Observer
from factories.vaults import HEAD
from factories.waiting import wait_until

_STILL_SECONDS = 1.5
"""So long nobody may wait anywhere until the hall counts as empty; people walk between stations."""
_DAY_SECONDS = 3_600


@dataclass
class SimulatedDay:
    """The hands of a day.

    Attributes:
        twice: People who go to a second kiosk as well while one is cut off.
        closed: What the head's page said at the end.
    """

    site: DaySite
    people: int
    boards: int
    pause_seconds: float
    seed: int
    twice: int = 6
    all_leave: bool = False
    book: DayBook = field(default_factory=DayBook)
    hours: Hours = field(default_factory=Hours)
    screens: list[BoardScreen] = field(default_factory=list)
    browsers: list[Browser] = field(default_factory=list)
    closed: str = ""

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.following = coming(self.people)
        self.queues = {each: self._kiosk(each) for each in self.site.kiosks}
        self.head: Browser | None = None

    @property
    def at_head(self) -> Browser:
        """The browser of the head of the site."""
        assert self.head is not None, "the day is not open yet"
        return self.head

    def browser(self) -> Browser:
        """Return a browser of this day; all are closed at its end."""
        made = Browser(self.site.hub_host, PAGE_PORT, self.site.trust, took=self.book.took)
        self.browsers.append(made)
        return made

    def live(self, breaks: Sequence[Callable[["SimulatedDay"], None]]) -> None:
        """Let the day pass; ``breaks`` happen one after the other while people come."""
        self.open()
        labels = [f"TV {place}" for place in range(self.boards)]
        self.screens = [BoardScreen(self.let_board_in(label)) for label in labels]
        desks, observers = self._desks()
        hands = len(desks) + len(observers) + len(self.queues) + len(self.screens)
        with ThreadPoolExecutor(hands) as pool:
            boards = [pool.submit(screen.run) for screen in self.screens]
            working = [pool.submit(each.run) for each in (*desks, *observers)]
            standing = [pool.submit(each.run) for each in self.queues.values()]
            try:
                for happen in breaks:
                    happen(self)
                    _all_well([*boards, *working, *standing])
                for queue in self.queues.values():
                    queue.last.set()
                self._come_in(standing, working)
                self._empty_hall(len(desks), working)
            finally:
                self._go_home()
            for each in (*standing, *working, *boards):
                each.result(60)
        self._close()

    def kill(self, device: str, away_seconds: float) -> None:
        """Pull a device's plug; after a while somebody puts it in again."""
        gone = wall()
        self.site.kill(device)
        time.sleep(away_seconds)
        self.site.start(device)
        if device == HUB:
            wait_until(self._pages_answer, seconds=60)
        self.book.kills.append((device, gone, wall()))

    def log_in_again(self) -> None:
        """Bring the names back after the hub lost its power."""
        self._log_in(self.at_head, HEAD.login)

    def come_twice(self, here: str, there: str) -> None:
        """Send a few people to two kiosks and wait until both served them."""
        first = self.people + 100 * len(self.book.twice)
        people = range(first, first + self.twice)
        self.book.twice.append(people)
        for person in people:
            self.queues[here].also.put(person)
            self.queues[there].also.put(person)
        wait_until(
            lambda: self.queues[here].also.empty() and self.queues[there].also.empty(), seconds=90
        )

    def _pages_answer(self) -> bool:
        return self.at_head.get("/login").status == 200

    def _kiosk(self, device: str) -> KioskQueue:
        return KioskQueue(
            device,
            self.site.network.address[device],
            UI_PORT,
            self.site.engines[device],
            self.book,
            self.following,
            self.pause_seconds,
        )

    def open(self) -> None:
        """Log the head of the site in, and open the day; once."""
        if self.head is None:
            self.head = self.browser()
            self._log_in(self.head, HEAD.login)
            page = self.head.get("/head")
            day = page.first(r'name="day" value="([^"]+)"') or "2026-11-22"
            assert self.head.post("/head/open", {"day": day}).status == 200

    def let_board_in(self, label: str) -> Browser:
        """Return a television that typed its code."""
        page = self.at_head.post("/boards", {"label": label})
        television = self.browser()
        television.took = lambda _what, _seconds: None
        entered = television.post("/board/enter", {"code": page.first(r'"code">([^<]+)<')})
        assert entered.status == 200, entered.text
        return television

    def _log_in(self, browser: Browser, login: str) -> None:
        page = browser.post("/login", {"login": login, "password": password_of(login)})
        assert page.status == 200, page.text

    def _desks(self) -> tuple[list[Desk], list[Desk]]:
        calling: list[Desk] = []
        watching: list[Desk] = []
        for station, tables in self.site.desks.items():
            login = f"{station.replace('_', '-')}-1"
            kind, where = (Observer, watching) if station == "observation" else (Desk, calling)
            for table in tables:
                browser = self.browser()
                self._log_in(browser, login)
                where.append(kind(station, table, login, browser, self.book, self.hours))
        return calling, watching

    def _come_in(self, standing: Sequence[Future[None]], working: Sequence[Future[None]]) -> None:
        wait_until(lambda: all(each.done() for each in standing), seconds=_DAY_SECONDS)
        _all_well([*standing, *working])
        wait_until(self._handed_over, seconds=60)
        self.hours.came.set()

    def _handed_over(self) -> bool:
        """Tell whether the hub has what every kiosk wrote alone."""
        bars = [
            (self.site.screen(each) or {"bar": {"vi": "?"}})["bar"]["vi"] for each in self.queues
        ]
        return not any("Chưa nối được" in bar or bar == "?" for bar in bars)

    def _empty_hall(self, desks: int, working: Sequence[Future[None]]) -> None:
        since: list[float] = []
        asked, sits = [0.0], [self.all_leave]

        def still() -> bool:
            _all_well(working)
            if self.all_leave and time.monotonic() - asked[0] > 1:
                asked[:] = [time.monotonic()]
                sits[:] = [not self._nobody_sits()]
            if len(self.hours.empty) < desks or sits[0]:
                since.clear()
            elif not since:
                since.append(time.monotonic())
            return bool(since) and time.monotonic() - since[0] > _STILL_SECONDS

        wait_until(still, seconds=_DAY_SECONDS)

    def _nobody_sits(self) -> bool:
        return (
            'id="open"' in (page := self.at_head.get("/head")).text and "?visit=" not in page.text
        )

    def _go_home(self) -> None:
        for queue in self.queues.values():
            queue.over.set()
        self.hours.came.set()
        self.hours.closing.set()
        for screen in self.screens:
            screen.stop()

    def _close(self) -> None:
        page: Page = self.at_head.post("/head/close", {})
        if page.has("close") and "seen" in page.form("close"):
            page = self.at_head.post("/head/close", page.form("close"))
        assert page.status == 200, page.text
        self.closed = page.text
        for browser in self.browsers:
            browser.close()


def _all_well(hands: Sequence[Future[None]]) -> None:
    """Fail at once where somebody met what they did not expect."""
    for each in hands:
        if each.done():
            each.result()


def cut_off(device: str, near: str, seconds: float) -> Callable[[SimulatedDay], None]:
    """Return a cut of a kiosk's way to the hub; meanwhile some try it there and at ``near`` as well."""

    def happen(day: SimulatedDay) -> None:
        day.site.cut_lan(device)
        time.sleep(seconds)
        day.come_twice(near, device)
        day.site.join_lan(device)

    return happen


def power_cut(device: str, away_seconds: float) -> Callable[[SimulatedDay], None]:
    """Return the loss of a device's power; at the hub somebody logs in again afterwards."""

    def happen(day: SimulatedDay) -> None:
        day.kill(device, away_seconds)
        if device == HUB:
            day.log_in_again()

    return happen


def quiet(least: float, most: float) -> Callable[[SimulatedDay], None]:
    """Return a while in which nothing breaks, of a length that chance says."""

    def happen(day: SimulatedDay) -> None:
        # Not a wait for something: the moment of what breaks next is what is tried.
        time.sleep(day.chance.uniform(least, most))

    return happen
