"""``python -m edge verify-certificate``: one line of an answer for each line, whatever it holds."""

import base64
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from factories.certificates import (
    DATA,
    EXPIRES,
    NOW,
    TEST_USE,
    claims,
    dcc,
    ec_key,
    hc1,
    signed,
    signer_certificate,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge.cli.verdicts import said, shown
from edge.cli.verify_certificate import lines, run
from protocol.certificates.trust import Trust
from protocol.certificates.verify import verify

GOOD = base64.b64encode(signer_certificate(ec_key())).decode()
KEYS = {"valid", "reason", "kid", "issuer", "person", "vaccinations"}


@pytest.fixture
def trust_file(tmp_path: Path) -> Path:
    path = tmp_path / "trust.json"
    path.write_text(json.dumps([base64.b64encode(signer_certificate(ec_key())).decode()]))
    return path


class Piped:
    """Standard input with these bytes in it."""

    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


@pytest.fixture
def answers(trust_file: Path, capsys: pytest.CaptureFixture[str], monkeypatch):
    def run_on(data: bytes, *arguments: str) -> list[str]:
        monkeypatch.setattr(sys, "stdin", Piped(data))
        assert run(["--trust", str(trust_file), *arguments], NOW) == 0
        return capsys.readouterr().out.splitlines()

    return run_on


def test_a_valid_certificate_says_who_and_what(answers):
    [line] = answers(hc1(ec_key()).encode() + b"\n", "--json")

    assert json.loads(line) == {
        "valid": True,
        "reason": "valid",
        "kid": json.loads(line)["kid"],
        "issuer": "VN",
        "person": {
            "name": "Nguyễn Thị Mẫu",
            "surname": "Nguyễn",
            "forename": "Thị Mẫu",
            "standard_surname": "NGUYEN",
            "standard_forename": "THI<MAU",
            "birth": "1985-08-17",
        },
        "vaccinations": [
            {
                "dose": 2,
                "doses": 2,
                "date": "2021-11-15",
                "disease": {"code": "840539006", "vi": "COVID-19", "en": "COVID-19"},
                "vaccine": {
                    "code": "1119349007",
                    "vi": "Vắc xin mRNA ngừa SARS-CoV-2",
                    "en": "SARS-CoV-2 mRNA vaccine",
                },
                "product": {"code": "EU/1/20/1528", "vi": "Comirnaty", "en": "Comirnaty"},
                "maker": {
                    "code": "ORG-100030215",
                    "vi": "Biontech Manufacturing GmbH",
                    "en": "Biontech Manufacturing GmbH",
                },
                "country": {"code": "VN", "vi": "Việt Nam", "en": "Viet Nam"},
                "issuer": "Ban Cơ yếu",
                "identifier": "URN:UVCI:01:VN:0123456789ABCDEF0123456789ABCDEF",
                "checksum_fits": None,
            }
        ],
    }
    assert len(base64.b64decode(json.loads(line)["kid"])) == 8


def test_each_line_has_its_answer_in_order(answers):
    valid = hc1(ec_key()).encode()
    data = b"\n".join([valid, b"", b"\xff\xfe\x00", b"HC1:" + b"A" * 10_000_000, valid + b"\r"])

    told = [json.loads(line)["reason"] for line in answers(data, "--json")]

    assert told == ["valid", "malformed", "malformed", "malformed", "valid"]


def test_nothing_to_read_is_nothing_to_say(answers):
    assert answers(b"") == []


def test_the_moment_is_now_or_the_one_that_is_asked_for(answers):
    text = hc1(ec_key()).encode()

    assert json.loads(answers(text, "--json")[0])["reason"] == "valid"
    assert json.loads(answers(text, "--json", "--at", "2023-01-01")[0])["reason"] == "expired"
    early = answers(text, "--json", "--at", "2021-12-01T06:59:59+07:00")
    assert json.loads(early[0])["reason"] == "not yet valid"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (hc1(ec_key()), "valid: Nguyễn Thị Mẫu, born 1985-08-17; dose 2 of 2 on 2021-11-15, Comirnaty; signed for Viet Nam"),
        ("HC1:", "not a certificate that can be read"),
        (hc1(ec_key(2)), "NOT PROVEN, its signer is not on the trust list: Nguyễn Thị Mẫu"),
        (signed(claims(exp=1_640_000_000)), "NOT VALID, it has expired: Nguyễn Thị Mẫu"),
        (signed(claims(dcc(dob=None, v=None, t=[{"ci": "x"}]), iss=...)),
         "valid: Nguyễn Thị Mẫu; a test, no vaccination; signed for nobody"),
    ],
)  # fmt: skip
def test_without_json_it_is_said_in_words(answers, text: str, words: str):
    [line] = answers(text.encode())

    assert line.startswith(words)


def test_a_test_has_no_vaccinations_to_show(answers):
    [line] = answers(signed(claims(dcc(v=None, t=[{"ci": "x"}]))).encode(), "--json")

    assert set(json.loads(line)) == KEYS - {"vaccinations"}


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=300))
def test_whatever_a_line_holds_it_can_be_told(data: bytes):
    verdict = verify(data, Trust(), NOW)

    assert set(json.loads(json.dumps(shown(verdict)))) <= KEYS
    assert "\n" not in said(verdict)


@given(st.lists(st.binary(max_size=40).filter(lambda line: b"\n" not in line), min_size=1))
def test_there_are_as_many_answers_as_lines(wanted: list[bytes]):
    data = b"".join(line + b"\n" for line in wanted)

    assert [line.rstrip(b"\n") for line in lines(io.BytesIO(data))] == [
        line.rstrip(b"\n") for line in wanted
    ]


@pytest.mark.parametrize("bad", ["", "zz", 7, None, "AAAA", {"a": 1}, "Đ", "\ud800"])
def test_an_entry_that_is_no_certificate_is_named_and_left_out(answers, trust_file, bad):
    trust_file.write_text(json.dumps([bad, GOOD]))

    [line] = answers(hc1(ec_key()).encode(), "--json")

    assert json.loads(line)["valid"] is True


def test_which_entry_it_was_is_told_beside_the_answers(trust_file, capsys, monkeypatch):
    trust_file.write_text(json.dumps([GOOD, "AAAA"]))
    monkeypatch.setattr(sys, "stdin", Piped(b""))

    run(["--trust", str(trust_file)], NOW)

    assert "entry 2 is no certificate" in capsys.readouterr().err


def test_certificates_may_be_broken_into_lines(answers, trust_file):
    broken = "\n".join(GOOD[start : start + 64] for start in range(0, 999, 64))
    trust_file.write_text("\ufeff" + json.dumps([broken]), "utf-8")

    assert json.loads(answers(hc1(ec_key()).encode(), "--json")[0])["valid"] is True


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b"[" * 100_000, b"nonsense"])
def test_a_file_that_is_no_list_is_refused(trust_file, capsys, content):
    trust_file.write_bytes(content)

    with pytest.raises(SystemExit) as ended:
        run(["--trust", str(trust_file)], NOW)

    assert ended.value.code == 2
    assert "JSON" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["--trust", "absent.json"], ["--at", "soon"]])
def test_wrong_arguments_are_refused_in_words(capsys, arguments, trust_file):
    if arguments[:1] == ["--at"]:
        arguments = ["--trust", str(trust_file), *arguments]

    with pytest.raises(SystemExit) as ended:
        run(arguments, EXPIRES)

    assert ended.value.code == 2
    assert "error: " in capsys.readouterr().err


def test_a_limited_signer_is_told_from_an_unknown_one(answers, trust_file):
    limited = signer_certificate(ec_key(), TEST_USE)
    trust_file.write_text(json.dumps([base64.b64encode(limited).decode()]))
    from protocol.certificates.trust import kid_of

    [line] = answers(hc1(ec_key(), kid=kid_of(limited)).encode(), "--json")

    assert json.loads(line)["reason"] == "wrong key use"


def started(trust_file: Path, code: str, data: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", code, "verify-certificate", "--trust", str(trust_file), "--json"],
        input=data,
        capture_output=True,
        timeout=60,
        check=False,
    )


RUN = "import sys; from edge.__main__ import main; code = main(sys.argv[1:]);"


def test_the_program_knows_the_command_and_needs_little_for_it(trust_file):
    heavy = "print([m for m in ('fastapi', 'pydantic', 'numpy', 'cv2', 'PIL', 'sqlite_utils', 'paho') if m in sys.modules])"

    ran = started(trust_file, RUN + heavy, (DATA / "vn_look_alike.hc1").read_bytes())

    verdict, modules = ran.stdout.decode().splitlines()
    assert json.loads(verdict)["reason"] == "unknown signer"
    assert modules == "[]", ran.stderr


def test_a_reader_that_goes_away_is_no_fault(trust_file):
    code = "import os; r, w = os.pipe(); os.close(r); os.dup2(w, 1);" + RUN + "sys.exit(code)"

    ran = started(trust_file, code, hc1(ec_key()).encode() + b"\n")

    assert (ran.returncode, ran.stderr) == (0, b"")


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("import os; os.dup2(os.open('/dev/full', os.O_WRONLY), 1);", 74),
        ("import os; os.dup2(os.open('/', os.O_RDONLY), 0);", 74),
        ("import sys; sys.stdin = None;", 2),
        ("import sys; sys.stdout = None;", 2),
    ],
)
def test_a_fault_of_input_or_output_is_told_without_a_word_of_anybody(trust_file, before, expected):
    ran = started(trust_file, before + RUN + "sys.exit(code)", hc1(ec_key()).encode())

    assert ran.returncode == expected
    assert "standard input or output" in ran.stderr.decode()
    assert "Nguyễn" not in ran.stderr.decode()
    assert b"Traceback" not in ran.stderr


def test_what_judges_a_certificate_is_not_loaded_when_a_kiosk_starts():
    code = (
        "import sys, edge.__main__, edge.bootstrap.program;"
        "heavy = {'verify', 'valuesets', 'wrapping', 'trust', 'writing'};"
        "print([m for m in sys.modules if m.startswith('protocol.certificates.')"
        " and m.rsplit('.', 1)[1] in heavy])"
    )

    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "[]"
