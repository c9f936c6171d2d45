"""The pages by level in Chromium: nothing for axe to say, nothing wider than a phone, live, and pictures."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from factories import logins
from factories.centre_day import NAMES, fill_a_day, moved_to
from factories.chromium import chromium
from factories.dashboards import ZONE, served
from factories.migrated import migrated_engine
from factories.pictures import pictures
from playwright.sync_api import expect

from central.adapters.figures_sql import SqlFigures
from central.adapters.liability_sql import SqlLiabilities
from central.adapters.overview_sql import SqlOverview
from central.adapters.tables_projection import visits
from central.services.summing import Summing

pytestmark = pytest.mark.system

PICTURES = pictures("centre")
SIZES = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
PAGES = {
    "levels-province": "/levels",
    "levels-commune": "/levels?commune=bac-ai",
    "levels-site": "/levels?site=phuoc-dinh",
    "reactions": "/reactions",
    "discrepancies": "/discrepancies",
}


class Clock:
    """Stands in the afternoon of the day."""

    at = datetime(2026, 11, 22, 8, 20, tzinfo=UTC)

    def now(self):
        return self.at


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    engine = migrated_engine(tmp_path_factory.mktemp("levels"))
    fill_a_day(engine, Clock.at)
    summing = Summing(SqlFigures(engine), Clock(), ZONE, logins.COMMUNES)
    for _ in range(15):
        summing.step()
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def url(engine):
    with served(
        SqlOverview(engine), SqlLiabilities(engine), engine=engine, clock=Clock(), names=NAMES
    ) as url:
        yield url


@pytest.fixture(scope="module")
def browser():
    with chromium() as found:
        yield found


def logged_in(browser, url, size="desk"):
    context = browser.new_context(viewport=SIZES[size], locale="vi-VN")
    page = context.new_page()
    page.goto(f"{url}/login")
    page.get_by_label("Tên đăng nhập").fill("tinh")
    page.get_by_label("Mật khẩu").fill(logins.PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(lambda now: "/login" not in now)
    return page


def look(page, name):
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True)


@pytest.mark.parametrize("size", SIZES)
def test_every_level_is_clean_and_fits(browser, url, size):
    page = logged_in(browser, url, size)
    for name, path in PAGES.items():
        page.goto(url + path)
        look(page, f"{name}-{size}-vi")
    page.get_by_role("row").nth(1).get_by_role("link").click()
    page.wait_for_url("**/discrepancies/*")
    look(page, f"discrepancy-{size}-vi")
    page.goto(f"{url}/levels?lang=en")
    look(page, f"levels-province-{size}-en")
    page.context.close()


def test_a_page_says_whether_its_figures_are_of_now(browser, url, engine):
    page = logged_in(browser, url)
    page.goto(f"{url}/levels?site=phuoc-dinh")
    page.get_by_text("Đang cập nhật").wait_for()
    before = int(page.locator("[data-figure=arrivals]").inner_text())

    with engine.begin() as connection:
        newest = sa.select(visits.c.visit).order_by(visits.c.occurred_at.desc())
        moved = connection.scalar(newest.where(visits.c.site == "phuoc-dai"))
        moved_to(connection, moved, "phuoc-dinh")
    Summing(SqlFigures(engine), Clock(), ZONE, logins.COMMUNES).step()
    page.reload()
    page.locator(f"[data-figure=arrivals]:text-is('{before + 1}')").wait_for()

    # Nobody sums any more: the stream says so, although the line is good.
    Clock.at += timedelta(minutes=10)
    page.goto(f"{url}/levels?site=phuoc-dinh")
    page.get_by_text("Mất kết nối – số liệu cũ").wait_for()
    expect(page.locator("strong.old").first).to_be_visible()
    page.context.close()
