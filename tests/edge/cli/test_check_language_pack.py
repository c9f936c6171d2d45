import pytest
from factories.packs import language_pack

from edge.__main__ import main
from edge.cli.check_language_pack import _WORDS
from edge.domain.language_pack import Trouble


def test_a_good_pack_can_be_used_and_is_told_what_is_missing(tmp_path, capsys):
    code = main(["check-language-pack", str(language_pack(tmp_path))])

    said = capsys.readouterr().out
    assert code == 0
    assert "chưa dịch “title”: Lấy số thứ tự tiêm chủng" in said
    assert "PHẢI SỬA" not in said
    assert said.endswith("Gói dùng được.\n")


def test_faults_are_named_with_the_place_and_what_to_do(tmp_path, capsys):
    folder = language_pack(tmp_path, words={"bar.unsent": "x"}, clips={"back.wav": b"x"})

    code = main(["check-language-pack", str(folder)])

    said = capsys.readouterr().out
    assert code == 1
    assert "câu “bar.unsent” phải giữ nguyên đủ các chỗ trống này" in said
    assert "{count} {time}" in said
    assert "clips/back.wav: tệp âm thanh bị hỏng" in said
    assert said.endswith("Gói chưa dùng được: 2 lỗi.\n")


def test_it_speaks_english_too(tmp_path, capsys):
    main(["check-language-pack", str(language_pack(tmp_path, manifest="")), "--english"])

    assert "MUST BE MENDED" in capsys.readouterr().out


def test_a_folder_that_is_not_there_is_a_usage_error(tmp_path, capsys):
    assert main(["check-language-pack", str(tmp_path / "nothing")]) == 2
    assert "không có thư mục" in capsys.readouterr().out


@pytest.mark.parametrize("trouble", Trouble)
def test_every_trouble_has_words(trouble):
    vi, en = _WORDS[trouble]

    assert vi != en
    assert vi.format(place="p", detail="d", most_seconds="1", most_db="2")
    assert en.format(place="p", detail="d", most_seconds="1", most_db="2")
