"""Closing, sign-off and verification rounds in a real browser: by its own buttons, and pictures."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from factories.chromium import chromium
from factories.closings import DAY, SITE, close_a_day
from factories.dashboards import NOW, served, sign_offs
from factories.devices import AT
from factories.logins import PASSWORD
from factories.migrated import migrated_engine
from factories.pictures import pictures
from factories.rosters import people
from factories.signers import PASSPHRASE, official

from central.adapters.overview_sql import SqlOverview
from central.adapters.roster_sql import SqlRosters
from central.adapters.signature_cms import Pkcs12Signer
from central.domain.roster import plan_import
from protocol.identity import SiteId

pytestmark = pytest.mark.system
PICTURES = pictures("centre")


class Standing:
    def now(self):
        return NOW


@pytest.fixture
def engine(tmp_path):
    engine = migrated_engine(tmp_path)
    close_a_day(engine)
    SqlRosters(engine).change(
        SiteId(SITE), lambda there: plan_import(there, people(40), replace=False), AT, "list.xlsx"
    )
    yield engine
    engine.dispose()


@pytest.fixture
def head(tmp_path):
    return official(tmp_path / "official")


@pytest.fixture
def page(engine, head):
    desk = sign_offs(engine, Standing(), head.authorities)
    with (
        served(SqlOverview(engine), engine=engine, sign_offs=desk) as url,
        chromium() as browser,
    ):
        page = browser.new_page(base_url=url, viewport={"width": 1280, "height": 900})
        page.goto("/login")
        page.fill("[name=login]", "xa")
        page.fill("[name=password]", PASSWORD)
        page.click("main button")
        page.wait_for_url("**/")
        yield page


def whole(page, name):
    """Keep a picture of the page, once nothing is wrong with it for whoever cannot see it."""
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["target"]) for one in found] == []
    width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True)


def test_a_day_is_made_ready_and_signed_by_the_pages_own_buttons(page, head, tmp_path):
    page.goto(f"/closing?site={SITE}&date={DAY}")
    page.get_by_role("button", name="Lập tệp để ký theo số liệu hiện nay").click()
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Tải tệp JSON để ký số").click()
    content = Path(downloading.value.path()).read_bytes()
    signature = tmp_path / "b.p7s"
    with ThreadPoolExecutor() as elsewhere:
        signer = Pkcs12Signer(head.p12, PASSPHRASE)
        signature.write_bytes(elsewhere.submit(signer.sign, content).result())

    page.set_input_files("[name=signature]", signature)
    page.get_by_role("button", name="Kiểm tra và nhận chữ ký").click()

    page.wait_for_selector("text=Common Name: Đổng Thị Giả")
    whole(page, "closing-vi")
    page.goto(f"/closing?site={SITE}&date={DAY}&lang=en")
    page.set_viewport_size({"width": 390, "height": 800})
    whole(page, "closing-phone-en")


def test_a_round_is_made_sent_and_taken_back_by_the_pages_own_buttons(page):
    page.goto("/verification")
    page.fill("[name=site]", SITE)
    page.get_by_role("button", name="Lập lượt xác minh").click()
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Tải danh sách để gửi").click()
    page.goto("/verification")
    page.set_input_files("[name=answers]", files=[
        {"name": "tra-ve.xlsx", "mimeType": "application/octet-stream",
         "buffer": Path(downloading.value.path()).read_bytes()}
    ])  # fmt: skip
    page.get_by_role("button", name="Nhận kết quả").click()

    page.wait_for_selector("text=chưa có kết quả")
    whole(page, "verification-vi")
