from pathlib import Path

import pytest
import structlog

from edge.__main__ import main
from edge.config.settings import ConfigError, read_settings

LEAST = """
device = "kiosk-0001"
site = "phuoc-dinh"
site_name = "Trạm Y tế Phước Dinh"
data_directory = "data"
keys_directory = "."
"""


@pytest.fixture(autouse=True)
def _usual_logging():
    """Leave no logger behind that writes to a test's own standard error."""
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def settings_file(directory: Path, text: str) -> Path:
    path = directory / "edge.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_folders_count_from_the_settings_file(tmp_path):
    settings = read_settings(settings_file(tmp_path, LEAST))

    assert settings.data_directory == tmp_path / "data"
    assert settings.ui.host == "127.0.0.1"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("printer = { driver = 'laser' }", "printer.driver"),
        ("colour = 'blue'", "colour: Extra inputs are not permitted"),
        ("time_zone = 'Asia/Nowhere'", "no such time zone"),
        ("ticket_prefix = 'a1'", "one or two letters"),
        ("ui = { port = 0 }", "ui.port"),
    ],
)
def test_a_wrong_setting_is_named_with_what_to_do(tmp_path, line, told):
    with pytest.raises(ConfigError, match=told):
        read_settings(settings_file(tmp_path, LEAST + line))


def test_a_missing_file_ends_with_78_and_says_what_to_give(tmp_path, capsys):
    code = main(["--config", str(tmp_path / "none.toml")])

    assert code == 78
    assert "give it with --config" in capsys.readouterr().err


def test_without_a_word_about_it_the_installed_settings_are_read(monkeypatch, capsys):
    monkeypatch.delenv("TRAM_EDGE_CONFIG", raising=False)
    monkeypatch.setattr("edge.__main__.INSTALLED", "/nowhere/edge.toml")

    code = main(["--show-config"])

    assert code == 78
    assert "cannot read /nowhere/edge.toml" in capsys.readouterr().err


def test_text_that_is_no_toml_ends_with_78(tmp_path, capsys):
    code = main(["--config", str(settings_file(tmp_path, "device = "))])

    assert code == 78
    assert "is not TOML" in capsys.readouterr().err


def test_show_config_prints_every_effective_setting(tmp_path, capsys):
    code = main(["--config", str(settings_file(tmp_path, LEAST)), "--show-config"])

    lines = capsys.readouterr().out.splitlines()
    assert code == 0
    assert "site_name = Trạm Y tế Phước Dinh" in lines
    assert "printer.timeout_seconds = 3.0" in lines


def test_missing_keys_end_with_78_and_say_what_to_do(tmp_path, capsys):
    code = main(["--config", str(settings_file(tmp_path, LEAST))])

    assert code == 78
    assert "provision this device" in capsys.readouterr().err


def test_help_reads_well(capsys):
    with pytest.raises(SystemExit) as left:
        main(["--help"])

    assert left.value.code == 0
    assert "python -m edge decode FILE... --json" in capsys.readouterr().out
