"""Whoever writes a wrong setting is told its name and what it must be, in words that do not change."""

import pytest

from edge.config.settings import ConfigError, read_settings

LEAST = """
device = "kiosk-0001"
site = "phuoc-dinh"
site_name = "Trạm Y tế Phước Dinh"
data_directory = "data"
keys_directory = "."
"""
KINDS = "'reception', 'screening', 'injection', 'data_entry' or 'observation'"
CLASSES = "'urgent', 'pregnant', 'disability', 'elderly', 'child' or 'appointed'"
WRONG = {
    # Names and tables.
    "colour = 'blue'": "colour: Extra inputs are not permitted",
    "ui.colour = 'blue'": "ui.colour: Extra inputs are not permitted",
    "ui = 8080": "ui: Input should be a valid dictionary or instance of UiSettings",
    "vaccines = [{ doses = 10 }]": "vaccines.0.name: Field required",
    # Whole numbers.
    "ui.port = 'http'": "ui.port: Input should be a valid integer, unable to parse string as an integer",
    "ui.port = 80.5": "ui.port: Input should be a valid integer, got a number with a fractional part",
    "ui.port = inf": "ui.port: Input should be a finite number",
    "ui.port = [80]": "ui.port: Input should be a valid integer",
    "ui.port = 0": "ui.port: Input should be greater than or equal to 1",
    "ui.port = 65536": "ui.port: Input should be less than or equal to 65535",
    "printer.vendor_id = 'x'": "printer.vendor_id: Input should be a valid integer, unable to parse string as an integer",
    "queue.training_observation_minutes = 30": "queue.training_observation_minutes: Input should be less than 30",
    # Numbers.
    "camera.frames_per_second = 'fast'": "camera.frames_per_second: Input should be a valid number, unable to parse string as a number",
    "camera.frames_per_second = [10]": "camera.frames_per_second: Input should be a valid number",
    "camera.frames_per_second = 0": "camera.frames_per_second: Input should be greater than 0",
    "camera.frames_per_second = nan": "camera.frames_per_second: Input should be less than or equal to 60",
    f"camera.frames_per_second = 1{'0' * 400}": "camera.frames_per_second: Input should be a finite number",
    "camera.focus_cm = 4": "camera.focus_cm: Input should be greater than or equal to 5",
    # Yes and no.
    "hub.enabled = 'perhaps'": "hub.enabled: Input should be a valid boolean, unable to interpret input",
    "hub.enabled = 2": "hub.enabled: Input should be a valid boolean, unable to interpret input",
    "hub.enabled = []": "hub.enabled: Input should be a valid boolean",
    # Text.
    "broker.host = 1": "broker.host: Input should be a valid string",
    "phone_address = 'http://x'": "phone_address: String should match pattern '^(https://[A-Za-z0-9.-]+(:[0-9]{1,5})?)?$'",
    'phone_address = "https://x\\n"': "phone_address: String should match pattern '^(https://[A-Za-z0-9.-]+(:[0-9]{1,5})?)?$'",
    "vaccines = [{ name = '' }]": "vaccines.0.name: String should have at least 1 character",
    f"vaccines = [{{ name = '{'x' * 121}' }}]": "vaccines.0.name: String should have at most 120 characters",
    "language_packs_directory = 1": "language_packs_directory: Input is not a valid path",
    "ticket_prefix = 'a1'": "ticket_prefix: Value error, one or two letters A-Z, another for each device of a site",
    # One of several.
    "printer.driver = 'laser'": "printer.driver: Input should be 'network', 'usb', 'serial', 'file' or 'none'",
    "printer.paper_width_mm = 70": "printer.paper_width_mm: Input should be 58 or 80",
    "camera.device = 1.5": "camera.device.int: Input should be a valid integer, got a number with a fractional part; camera.device.str: Input should be a valid string",
    # Lists and tables of settings.
    "broker.others = 'a:1'": "broker.others: Input should be a valid tuple",
    "broker.others = ['a:1', 'b']": "broker.others.1: String should match pattern '^[A-Za-z0-9.\\-]+:[1-9]\\d{0,4}$'",
    "stations = []": "stations: Tuple should have at least 1 item after validation, not 0",
    "stations = [{ id = 'a', name = 'A', kind = 'x' }]": f"stations.0.kind: Input should be {KINDS}",
    "queue.head_start_minutes = 5": "queue.head_start_minutes: Input should be a valid dictionary",
    "queue.head_start_minutes = { tall = 5 }": f"queue.head_start_minutes.tall.[key]: Input should be {CLASSES}",
    "queue.head_start_minutes = { child = -5 }": "queue.head_start_minutes.child: Input should be greater than or equal to 0",
    # What must fit together.
    "scanner.driver = 'hid'": "scanner: Value error, device must be given, such as /dev/input/by-id/NAME or /dev/ttyACM0",
    "hub = { enabled = true, device_port = 1, page_port = 1 }": "hub: Value error, device_port and page_port must differ",
    "stations = [{ id = 'a', name = 'A', kind = 'reception', desks = ['1', '1'] }]": "stations.0: Value error, two desks of station a have one name",
    "stations = [{ id = 'a', name = 'A', kind = 'reception' }, { id = 'a', name = 'B', kind = 'injection' }]": "stations: Value error, two stations have one id",
}


def told(directory, text: str) -> str:
    path = directory / "edge.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        read_settings(path)
    return str(refused.value).removeprefix(f"{path}: ")


@pytest.mark.parametrize(("line", "words"), WRONG.items(), ids=WRONG)
def test_a_wrong_setting_is_told_in_these_words(tmp_path, line, words):
    assert told(tmp_path, LEAST + line) == words


def test_a_number_that_nobody_can_read_is_told_too(tmp_path):
    assert "is not TOML: Exceeds the limit" in told(tmp_path, f"{LEAST}ui.port = 1{'0' * 5000}")


def test_all_that_is_wrong_is_told_at_once_in_the_order_of_the_settings(tmp_path):
    wrong = "site = 'phuoc-dinh'\nsize = 1\nui.port = 0\nui.host = 1\ncamera.width = 1\n"

    assert told(tmp_path, wrong).split("; ") == [
        "device: Field required",
        "site_name: Field required",
        "data_directory: Field required",
        "keys_directory: Field required",
        "camera.width: Input should be greater than or equal to 160",
        "ui.host: Input should be a valid string",
        "ui.port: Input should be greater than or equal to 1",
        "size: Extra inputs are not permitted",
    ]


def test_numbers_and_answers_that_are_written_as_text_are_taken_for_what_they_say(tmp_path):
    path = tmp_path / "edge.toml"
    path.write_text(
        LEAST
        + "ui.port = '8081'\nprinter.timeout_seconds = '2.5'\nhub.enabled = 'On'\nverify.station = 1\n"
        + "sound.speech = 'no'\ncamera = { device = '0', height = 480.0 }\nprinter.paper_width_mm = 58.0\n"
        + "queue.head_start_minutes = { child = '5' }\n",
        encoding="utf-8",
    )

    settings = read_settings(path)

    assert (settings.ui.port, settings.printer.timeout_seconds) == (8081, 2.5)
    assert (settings.hub.enabled, settings.verify.station) == (True, True)
    assert (settings.sound.speech, settings.queue.head_start_minutes) == (False, {"child": 5})
    assert (settings.camera.device, settings.camera.height) == ("0", 480)
    assert settings.printer.paper_width_mm == 58
