"""The sheet as a speaker holds it."""

import re
import unicodedata
from html import unescape

from factories.packs import MANIFEST, SAMPLE, language_pack
from factories.sounds import hum, hum_clip

from edge.__main__ import main
from edge.adapters.pack_clips import PackClips
from edge.domain.recording import lines
from edge.ui.words import built_in

ROW = re.compile(
    r'<tr><td class="no">(\d+)</td><td class="file">(.*?)\.wav</td>'
    r'<td class="words" lang="(.*?)">(.*?)(?:<small>.*?</small>)?</td><td class="state">(.*?)</td>'
)


def sheet(capsys, *arguments):
    assert main(["recording-sheet", *arguments]) == 0
    return capsys.readouterr().out


def rows(page):
    return [tuple(map(unescape, row)) for row in ROW.findall(page)]


def test_every_line_has_its_number_file_and_words(capsys):
    page = sheet(capsys)

    expected = [(str(x.number), x.name, "vi", x.words) for x in lines(built_in(), "vi")]
    assert [row[:4] for row in rows(page)] == expected
    assert unicodedata.is_normalized("NFC", page)
    assert "Loa ở phòng chờ gọi một số" in page


def test_what_is_recorded_and_what_a_machine_says_is_told_apart(tmp_path, capsys):
    folder = language_pack(tmp_path, clips={"back.wav": hum()})
    PackClips(folder).put("digit.0", hum_clip(), "không")

    states = {row[1]: row[4] for row in rows(sheet(capsys, "--pack", str(folder), "--english"))}

    assert (states["back"], states["digit.0"], states["digit.1"]) == (
        "✓ recorded",
        "by machine",
        "☐",
    )


def test_words_of_a_pack_are_its_own_and_the_rest_is_marked(tmp_path, capsys):
    folder = language_pack(tmp_path, clips={})

    page = sheet(capsys, "--pack", str(folder))

    found = {row[1]: row for row in rows(page)}
    assert found["attract.title"][2:4] == ("cjm", SAMPLE)
    assert found["back"][2:4] == ("vi", "Quay lại")
    assert "chưa dịch: lời tiếng vi" in page


def test_places_are_added_and_cannot_bring_markup(capsys):
    page = sheet(capsys, "--station", "Bàn <b>khám</b>", "--station", "Bàn 3")

    assert "station.ban-bkhamb.wav" in page
    assert "<b>" not in page
    assert page.count("station.") == 1


def test_the_sheet_needs_no_other_file_and_goes_to_a_file(tmp_path, capsys):
    target = tmp_path / "sheet.html"

    assert sheet(capsys, "--output", str(target), "--language", "en") == ""

    page = target.read_text(encoding="utf-8")
    assert "Mời số" not in page
    assert not re.search(r"(src|href)=|url\(|@import", page)


def test_a_pack_that_cannot_be_read_is_said(tmp_path, capsys):
    assert main(["recording-sheet", "--pack", str(tmp_path)]) == 2
    assert "check-language-pack" in capsys.readouterr().err


def test_another_language_than_the_packs_is_refused(tmp_path, capsys):
    folder = language_pack(tmp_path, manifest=MANIFEST)

    assert main(["recording-sheet", "--pack", str(folder), "--language", "vi"]) == 2
    assert "cjm, not vi" in capsys.readouterr().err
