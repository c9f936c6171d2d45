"""The page of a site's day: equations, exceptions, sign-off; who may see and sign which site."""

import json
from datetime import timedelta

import pytest
from factories.closings import DAY, SITE, close_a_day
from factories.dashboards import NOW, ZONE, served, sign_offs
from factories.logins import COMMUNES, browser
from factories.signers import PASSPHRASE, official

from central.__main__ import main
from central.adapters.audit_sql import SqlAudit
from central.adapters.figures_sql import SqlFigures
from central.adapters.overview_sql import SqlOverview
from central.adapters.signature_cms import Pkcs12Signer
from central.services.summing import Summing


class Standing:
    def now(self):
        return NOW


@pytest.fixture
def engine(engine):
    close_a_day(engine)
    return engine


@pytest.fixture(scope="module")
def head(tmp_path_factory):
    return official(tmp_path_factory.mktemp("official"))


@pytest.fixture
def url(engine, head):
    desk = sign_offs(engine, Standing(), head.authorities)
    with served(SqlOverview(engine), engine=engine, sign_offs=desk) as url:
        yield url


@pytest.fixture
def commune(url):
    with browser(url, "xa") as client:
        yield client


def made(client):
    form = {"site": SITE, "date": DAY}
    assert client.post("/closing/batch", data=form).status_code == 303
    page = client.get("/closing", params={"site": SITE, "date": DAY}).text
    return page.split("/closing/batch/", 1)[1][:64]


def test_the_page_lists_equations_and_exceptions_in_both_languages_and_names_nobody(commune):
    page = commune.get("/closing", params={"site": SITE, "date": DAY}).text
    english = commune.get("/closing", params={"site": SITE, "date": DAY, "lang": "en"}).text

    assert "Đã vào <b>5</b> = đã khám, đủ điều kiện <b>3</b>" in page
    assert "Đã vào, chưa có kết luận khám sàng lọc và chưa ra về" in page
    assert "Doses in the vial, neither given nor discarded" in english
    assert "A dose without the conclusion" not in english
    assert "The dose names no vial" in english
    assert "A005" in page
    for person in ("058185", "Mẫu"):
        assert person not in page + english


def test_the_day_of_many_sites_comes_in_pages_and_whole_as_a_file(url, monkeypatch):
    monkeypatch.setattr("central.api.closing._LISTED", 1)
    with browser(url, "tinh") as client:
        first = client.get("/closing", params={"date": DAY}).text
        second = client.get("/closing", params={"date": DAY, "offset": 1}).text
        beyond = client.get("/closing", params={"date": DAY, "offset": 10_000_001})
        rows = client.get("/api/lists/exceptions", params={"date": DAY}).text

    assert ("site=phuoc-dai&" in first, f"site={SITE}&" in first) == (True, False)
    assert ("site=phuoc-dai&" in second, f"site={SITE}&" in second) == (False, True)
    assert f'href="/closing?date={DAY}&amp;offset=1"' in first
    assert f'href="/closing?date={DAY}&amp;offset=0"' in second
    assert beyond.status_code == 422
    assert SITE in rows


def test_days_that_nobody_signed_are_listed_until_somebody_does(engine, url, monkeypatch):
    Summing(SqlFigures(engine), Standing(), ZONE, COMMUNES).step()
    monkeypatch.setattr(Standing, "now", lambda _: NOW + timedelta(days=1))
    link = f'href="/closing?site={SITE}&amp;date={DAY}"'
    with browser(url, "xa") as client:
        before = client.get("/closing").text
        sha256 = made(client)
        still = client.get("/closing").text
        client.post(f"/closing/batch/{sha256}/minutes", data={"signers": "Đổng Thị Giả"})
        after = client.get("/closing").text
    with browser(url, "tinh") as client:
        of_all = client.get("/closing").text

    assert (link in before, link in still, link in after) == (True, True, False)
    assert "Mọi ngày đã qua có người đến đều đã ký" in after
    assert (link in of_all, "site=phuoc-dai&amp;date" in of_all) == (False, True)
    assert "phuoc-dai" not in before


def test_a_day_that_nobody_signed_stays_however_old_it_is(engine, url, monkeypatch):
    Summing(SqlFigures(engine), Standing(), ZONE, COMMUNES).step()
    monkeypatch.setattr(Standing, "now", lambda _: NOW + timedelta(days=31))
    monkeypatch.setattr("central.api.closing._LISTED", 1)
    link = f'href="/closing?site={SITE}&amp;date={DAY}"'
    with browser(url, "xa") as client:
        page, older = client.get("/closing").text, client.get("/closing/unsigned").text
        client.post(f"/closing/batch/{made(client)}/minutes", data={"signers": "Đổng Thị Giả"})
        after, none = client.get("/closing").text, client.get("/closing/unsigned").text
    with browser(url, "tinh") as client:
        of_all = client.get("/closing").text
        pages = [client.get(f"/closing/unsigned?lang=en&offset={n}").text for n in (0, 1)]

    assert '<a href="/closing/unsigned">Chưa ký, cũ hơn 30 ngày: 1</a>' in page
    assert (link in older, "phuoc-dai" in older) == (True, False)
    assert "/closing/unsigned" not in after
    assert "Mọi ngày đã qua có người đến đều đã ký" in after
    assert "Mọi ngày đã qua có người đến đều đã ký" in none
    assert "Chưa ký, cũ hơn 30 ngày: " in of_all
    assert ["phuoc-dai" in one for one in pages].count(True) >= 1


def test_who_sees_a_site_sees_its_day_alone(url, commune):
    assert [one["site"] for one in commune.get("/api/closing", params={"date": DAY}).json()] == [
        SITE
    ]
    assert commune.get("/api/closing/phuoc-dai", params={"date": DAY}).status_code == 403
    with browser(url, "tinh") as province:
        both = province.get("/closing", params={"date": DAY}).text
    assert "/closing?site=phuoc-dai&amp;date=2026-11-22&amp;lang=vi" in both
    with browser(url, "cong-an") as police:
        assert police.get("/api/closing").status_code == 403
    with browser(url, "cntt") as keeper:
        form = {"site": SITE, "date": DAY}
        assert keeper.post("/closing/batch", data=form).status_code == 403


def test_a_program_reads_the_same(commune):
    answer = commune.get(f"/api/closing/{SITE}", params={"date": DAY}).json()

    assert answer["visits"]["parts"] == [3, 1, 1]
    assert ("no_conclusion", "A005") in {(e["reason"], e["ticket"]) for e in answer["exceptions"]}


def test_a_day_is_made_ready_signed_elsewhere_and_its_signature_taken(commune, head):
    sha256 = made(commune)
    content = commune.get(f"/closing/batch/{sha256}.json").content
    pdf = commune.get(f"/closing/batch/{sha256}.pdf")
    signature = Pkcs12Signer(head.p12, PASSPHRASE).sign(content)
    where = f"/closing/batch/{sha256}/signature"

    wrong = commune.post(where, files={"signature": ("x.p7s", b"x")})
    taken = commune.post(where, files={"signature": ("x.p7s", signature)})

    assert pdf.content.startswith(b"%PDF-")
    assert wrong.status_code == 422
    assert "tệp không phải chữ ký số; hãy chọn tệp .p7s" in wrong.text
    assert taken.status_code == 303
    page = commune.get("/closing", params={"site": SITE, "date": DAY}).text
    assert "Common Name: Đổng Thị Giả" in page
    assert "Số liệu không đổi từ khi lập tệp." in page


def test_a_signature_that_is_too_large_or_no_file_is_not_read(commune):
    where = f"/closing/batch/{made(commune)}/signature"
    large = {"signature": ("x", b"x" * (1 << 21))}

    assert commune.post(where, files=large).status_code == 413
    assert commune.post(where, data={"signature": "x"}).status_code == 422
    gone = f"/closing/batch/{'0' * 64}.json"
    assert commune.get(gone).status_code == 404


def test_minutes_signed_on_paper_are_noted_with_who_signed(commune):
    where = f"/closing/batch/{made(commune)}/minutes"

    said = commune.post(where, data={"signers": "Đổng Thị Giả"})
    empty = commune.post(where, data={"signers": " "})

    assert (said.status_code, empty.status_code) == (303, 422)
    page = commune.get("/closing", params={"site": SITE, "date": DAY}).text
    assert "Biên bản giấy: Đổng Thị Giả" in page


@pytest.fixture
def settings(tmp_path, engine, head):
    engine.dispose()
    path = tmp_path / "central.toml"
    path.write_text(
        f'data_directory = "."\nkeys_directory = "keys"\n[sign_off]\n'
        f'authorities = "{head.authorities}"\n'
    )
    return path


def test_the_commands_export_sign_attach_and_verify(engine, settings, head, tmp_path, capsys):
    batch, signature, secret = (tmp_path / name for name in ("b.json", "b.p7s", "secret"))
    secret.write_text(PASSPHRASE + "\n")
    named = ["--site", SITE, "--day", DAY]
    minutes = tmp_path / "m.pdf"

    assert main(["sign-off", "export", *named, "--out", str(batch), "--minutes", str(minutes),
                 "--config", str(settings)]) == 0  # fmt: skip
    assert main(["sign-off", "sign", str(batch), "--out", str(signature), "--p12", str(head.p12),
                 "--secret-file", str(secret)]) == 0  # fmt: skip
    assert main(["sign-off", "verify", str(batch), str(signature), "--authorities",
                 str(head.authorities)]) == 0  # fmt: skip
    assert main(["sign-off", "attach", str(batch), str(signature), "--config", str(settings)]) == 0
    said = capsys.readouterr().out
    assert "3 doses of phuoc-dinh on 2026-11-22, SHA-256 " in said
    assert "good signature by Common Name: Đổng Thị Giả (of a known authority)" in said
    assert minutes.read_bytes().startswith(b"%PDF-")
    assert json.loads(batch.read_text())["site"] == SITE
    noted = [(row.act.who, row.act.what) for row in reversed(SqlAudit(engine).newest(2))]
    assert noted == [("operator", "batch_made"), ("operator", "batch_signed")]


def test_the_commands_say_what_is_wrong_and_write_nothing(settings, head, tmp_path, capsys):
    other, out = tmp_path / "other.json", tmp_path / "o.p7s"
    other.write_text("{}")

    assert main(["sign-off", "sign", str(other), "--out", str(out), "--p12", str(head.p12)]) == 2
    assert "no tram-sign-off" in capsys.readouterr().err
    assert main(["sign-off", "attach", str(other), str(other), "--config", str(settings)]) == 2
    assert "no batch of this hash" in capsys.readouterr().err
    batch = tmp_path / "b.json"
    main(["sign-off", "export", "--site", SITE, "--day", DAY, "--out", str(batch),
          "--config", str(settings)])  # fmt: skip
    assert main(["sign-off", "sign", str(batch), "--out", str(out)]) == 2
    assert "either --p12 or --pkcs11" in capsys.readouterr().err
    assert main(["sign-off", "sign", str(batch), "--out", str(out), "--pkcs11", "x.so"]) == 2
    assert "--token and --label" in capsys.readouterr().err
    assert not out.exists()
