"""The centre's pages in Chromium: nothing for axe to say, nothing wider than a phone, and pictures."""

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from factories import logins
from factories.carried_sheets import desk
from factories.centre_day import NAMES
from factories.chromium import chromium
from factories.dashboards import fill, served
from factories.devices import AT
from factories.facts import MAU, Journal, event, sealed, visit_id
from factories.migrated import migrated_engine
from factories.pictures import pictures
from factories.platforms import record
from factories.wire import CENTRE_SEAL
from playwright.sync_api import expect

from central.adapters.overview_sql import SqlOverview
from central.adapters.persons_sql import SqlPersons
from central.adapters.platform_file import PlatformWorkbook
from central.adapters.platform_sheets_sql import SqlSheets
from central.adapters.platform_spreadsheet import SpreadsheetPlatform
from central.adapters.retention_sql import SqlRetention
from central.adapters.tables_requests import erasures
from central.adapters.visit_store import SqlProjection
from central.domain.accounts import Role, Visitor
from central.domain.persons import Reason
from central.domain.retention import DAYS
from central.ports import PlatformNotYet
from central.ports.complaints import Complainant
from central.services.persons import Persons
from central.services.projection import Projector
from central.services.retention import Retention
from protocol import events

pytestmark = pytest.mark.system

PICTURES = pictures("centre")
PAGES = ("/", "/complaints", "/persons", "/requests", "/audit", "/accounts")
LATER_PAGES = ("/persons/merges", "/set-aside", "/platform")
TINH = Visitor("tinh", "Đổng Thị Tỉnh", Role.PROVINCE, None)
SIZES = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    engine = migrated_engine(tmp_path_factory.mktemp("centre"))
    fill(engine)
    body = events.ComplaintOpened(subject="dose_missing", ticket="PA013")
    Journal(engine, device="kiosk-0003").add(sealed(event(90, body), MAU))
    Projector(SqlProjection(engine), CENTRE_SEAL).step()
    complaints = logins.complaints(engine)
    words = Complainant(name="Kator Thị Nháp", words="Chờ từ sáng đến trưa mà chưa được gọi.")
    complaints.open(TINH, "phuoc-dai", "other", words, "")
    complaints.escalate()
    erased = {
        "at": AT, "by": "tinh", "reference": "YC-2026-17", "visits": 2, "events": 5, "entries": 1,
        "lists": 1, "digest": "5b" * 32, "notes": 1, "kept": 9, "kept_words": 1,
    }  # fmt: skip
    with engine.begin() as connection:
        connection.execute(sa.insert(erasures).values(erased))
    Retention(SqlRetention(engine), logins.SystemTime(), DAYS).sweep()
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def url(engine):
    reader, clock = SqlOverview(engine), logins.SystemTime()
    with served(reader, engine=engine, clock=clock, names=NAMES) as url:
        yield url


@pytest.fixture(scope="module")
def browser():
    with chromium() as found:
        yield found


def logged_in(browser, url, login, size="desk"):
    context = browser.new_context(viewport=SIZES[size], locale="vi-VN")
    page = context.new_page()
    page.goto(f"{url}/login")
    page.get_by_label("Tên đăng nhập").fill(login)
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
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_is_clean_and_fits(browser, url, size, language):
    context = browser.new_context(viewport=SIZES[size])
    page = context.new_page()
    page.goto(f"{url}/login?lang={language}")
    look(page, f"login-{size}-{language}")
    context.close()
    for login, paths in (("tinh", PAGES[:5]), ("cntt", PAGES[5:])):
        page = logged_in(browser, url, login, size)
        for path in paths:
            page.goto(f"{url}{path}?lang={language}")
            name = path.strip("/") or "figures"
            look(page, f"{name}-{size}-{language}")
        page.context.close()


def test_a_complaint_is_taken_answered_and_its_slip_drawn(browser, url):
    page = logged_in(browser, url, "tinh")
    page.goto(f"{url}/complaints")
    page.get_by_role("link", name="PA013").click()
    page.get_by_role("button", name="Nhận giải quyết").click()
    answer = page.get_by_label("Lời trả lời cho người dân")
    expect(answer).to_be_visible()
    look(page, "complaint-desk-vi")
    answer.fill("Mũi hai đã được bổ sung sáng nay.")
    page.get_by_role("button", name="Trả lời và khép lại").click()
    page.get_by_role("link", name="Phiếu trả lời").click()
    expect(page.get_by_text("Mũi hai đã được bổ sung sáng nay.")).to_be_visible()
    look(page, "slip-desk-vi")


def test_joined_persons_messages_set_aside_and_files_to_the_platform(browser, engine):
    clock = logins.SystemTime()
    Persons(SqlPersons(engine), clock).merge(TINH, visit_id(2), visit_id(3), Reason.NUMBER_REISSUED)
    files = desk(engine, clock)
    for _ in range(3):
        with pytest.raises(PlatformNotYet):
            SpreadsheetPlatform(SqlSheets(engine), clock).submit(record())
    files.make(TINH, "page")
    more = {"platform_sheets": files, "exported": PlatformWorkbook}
    with served(SqlOverview(engine), engine=engine, clock=clock, **more) as url:
        for size, paths in (("desk", LATER_PAGES), ("phone", LATER_PAGES[1:2])):
            page = logged_in(browser, url, "tinh", size)
            for path in paths:
                page.goto(f"{url}{path}")
                expect(page.locator("tbody tr")).to_have_count(1)
                look(page, f"{path.split('/')[-1]}-{size}-vi")
            page.context.close()


def test_a_person_is_looked_up(browser, url):
    page = logged_in(browser, url, "tinh", "phone")
    page.goto(f"{url}/persons")
    page.get_by_label("Số định danh").fill("058185000002")
    page.get_by_role("button", name="Tra cứu").click()
    expect(page.locator("table a").first).to_be_visible()
    look(page, "found-phone-vi")
    page.locator("table a").first.click()
    page.wait_for_url("**/persons/of/*")
    look(page, "person-phone-vi")


def test_a_sites_list_is_brought_and_its_wrong_rows_are_named(browser, url):
    rows = (
        "Họ và tên,Ngày sinh,Giới tính,Số CCCD,Khung giờ\n"
        "Nguyễn Thị Mẫu,17/08/1985,Nữ,058185000123,08:00\n"
        "Chamaléa Văn Thử,29/02/2001,Nam,058201000015,08:30\n"
        "Đổng Thị Giả,1985,Nữ,058185000124,09:00\n"
    )
    page = logged_in(browser, url, "xa")
    page.get_by_role("link", name="Danh sách", exact=True).click()
    page.get_by_label("Điểm tiêm").fill("phuoc-dinh")
    file = {"name": "Phước Dinh 25-11.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    page.set_input_files("[name=list]", files=[file])
    page.get_by_role("button", name="Nhận danh sách").click()
    expect(page.get_by_text("dòng 3, cột B (Ngày sinh)")).to_be_visible()
    look(page, "rosters-desk-vi")
    page.set_viewport_size(SIZES["phone"])
    look(page, "rosters-phone-vi")
    page.goto(f"{url}/verification")
    expect(page.get_by_role("link", name="Tải danh sách (2)")).to_be_visible()
    look(page, "unverified-phone-vi")
    page.set_viewport_size(SIZES["desk"])
    look(page, "unverified-desk-vi")
    page.context.close()
