"""The centre's settings and its command line: what is refused, in which words, with which code."""

import json

import pytest

from central import config
from central.__main__ import main

MINIMAL = 'data_directory = "data"\nkeys_directory = "."\n'


@pytest.fixture
def toml(tmp_path):
    path = tmp_path / "central.toml"

    def write(text):
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_directories_are_relative_to_the_file(toml, tmp_path):
    settings = config.load(toml(MINIMAL))

    assert settings.data_directory == tmp_path / "data"
    assert settings.keys_directory == tmp_path
    assert settings.database_url == f"sqlite:///{tmp_path}/data/central.db"


def test_backups_lie_relative_to_the_file_and_metrics_answer_where_the_command_line_says(
    toml, tmp_path
):
    text = MINIMAL + '[backup]\ndirectory = "backups"\npassword_file = "secret"\n'

    settings = config.load(toml(text + "[metrics]\nport = 1\n"), metrics_port=9108)

    assert settings.backup.directory == str(tmp_path / "backups")
    assert settings.backup.password_file == str(tmp_path / "secret")
    assert (settings.metrics.host, settings.metrics.port) == ("127.0.0.1", 9108)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["backup"], "name a directory"),
        (["backup", "DIR", "--password-file", "SHORT"], "12 letters or more"),
        (["backup", "DIR"], "cannot copy"),
        (["restore", "DIR"], "no backup at"),
    ],
)
def test_a_backup_that_cannot_be_is_refused_in_words(toml, tmp_path, capsys, command, said):
    short = tmp_path / "short"
    short.write_text("ngan\n")
    places = {"DIR": str(tmp_path / "nowhere"), "SHORT": str(short)}
    settings = toml(MINIMAL)

    code = main([*(places.get(word, word) for word in command), "--config", str(settings)])

    assert code in {1, 2}
    assert said in capsys.readouterr().err


def test_the_dashboard_listens_on_loopback_unless_told_otherwise(toml):
    assert config.load(toml(MINIMAL)).api.host == "127.0.0.1"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "data_directory: Field required"),
        ("colour = 1\n" + MINIMAL, "colour: Extra inputs are not permitted"),
        (MINIMAL + "[api]\nport = 70000\n", "api.port"),
        (MINIMAL + '[api]\ntime_zone = "Mars/Olympus"\n', "api.time_zone"),
        ('database_url = "mysql://x"\n' + MINIMAL, "database_url must begin with"),
        ("= nonsense", "is not TOML"),
    ],
)
def test_a_wrong_setting_is_named_and_the_program_ends_with_2(toml, capsys, text, said):
    path = toml(text)

    code = main(["--config", str(path)])

    assert code == 2
    assert said in capsys.readouterr().err


def test_a_missing_file_is_named(tmp_path, capsys):
    assert main(["--config", str(tmp_path / "none.toml")]) == 2
    assert "none.toml" in capsys.readouterr().err


def test_a_file_that_is_not_utf_8_is_refused(tmp_path):
    path = tmp_path / "central.toml"
    path.write_bytes(b"\xff\xfe")

    with pytest.raises(config.ConfigError):
        config.load(path)


def test_show_config_prints_the_effective_settings_with_secrets_masked(toml, capsys):
    url = "postgresql+psycopg://tram:very-secret@db/tram"
    path = toml(f'database_url = "{url}"\n' + MINIMAL)

    code = main(["--show-config", "--config", str(path)])

    shown = json.loads(capsys.readouterr().out)
    assert code == 0
    assert shown["database_url"] == "postgresql+psycopg://tram:***@db/tram"
    assert shown["reconcile"]["overdue_hours"] == 24.0


def test_the_file_may_be_named_by_the_environment(toml, monkeypatch, capsys):
    monkeypatch.setenv("TRAM_CENTRAL_CONFIG", str(toml(MINIMAL)))

    assert main(["--show-config"]) == 0
    assert "data_directory" in capsys.readouterr().out


def test_help_is_given_and_ends_with_0(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])

    assert ended.value.code == 0
    assert "rebuild-projection" in capsys.readouterr().out
