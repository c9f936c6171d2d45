"""The EU's common test cases, every expected result of each; and what Vietnam signs with."""

import base64
import json
from datetime import datetime

import cbor2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from factories.certificates import DATA, NOW

from protocol import cose
from protocol.certificates import base45
from protocol.certificates.content import read_content
from protocol.certificates.model import Reason, Statement
from protocol.certificates.trust import Trust, signer_of
from protocol.certificates.verify import verify
from protocol.certificates.wrapping import unwrap
from protocol.documents.model import PartialDate
from protocol.errors import WireError

CASES = {
    path.stem: json.loads(path.read_text()) for path in sorted((DATA / "dgc-common").glob("*.json"))
}
VERDICTS = {
    "B1": "malformed", "CBO1": "malformed", "CBO2": "malformed", "CO1": "valid", "CO2": "valid",
    "CO3": "valid", "CO5": "bad signature", "CO6": "wrong key use", "CO7": "wrong key use",
    "CO8": "wrong key use", "CO9": "wrong key use", "CO10": "wrong key use",
    "CO11": "wrong key use", "CO12": "valid", "CO13": "valid", "CO14": "valid", "CO15": "valid",
    "CO16": "not yet valid", "CO17": "expired", "CO18": "valid", "CO19": "valid", "CO20": "valid",
    "CO21": "valid", "CO22": "unknown signer", "CO23": "unknown signer", "CO28": "valid",
    "DGC1": "malformed", "DGC2": "malformed", "DGC3": "valid", "DGC4": "valid", "DGC5": "valid",
    "DGC6": "valid", "H1": "malformed", "H2": "malformed", "H3": "malformed", "Q1": "valid",
    "Z1": "malformed", "Z2": "malformed",
}  # fmt: skip


def cases_expecting(name: str) -> list[str]:
    return [case for case, held in CASES.items() if name in held["EXPECTEDRESULTS"]]


def expected(case: str, name: str) -> bool:
    return CASES[case]["EXPECTEDRESULTS"][name]


def trust_of(case: str) -> Trust:
    return Trust([base64.b64decode(CASES[case]["TESTCTX"]["CERTIFICATE"])])


def reason(case: str) -> Reason:
    at = datetime.fromisoformat(CASES[case]["TESTCTX"]["VALIDATIONCLOCK"])
    return verify(CASES[case]["PREFIX"].encode(), trust_of(case), at).reason


def test_all_38_cases_are_there():
    assert len(CASES) == 38
    assert set(VERDICTS) == set(CASES)


@pytest.mark.parametrize("case", VERDICTS)
def test_each_case_gets_its_verdict(case: str):
    assert reason(case) == VERDICTS[case]


@pytest.mark.parametrize("case", cases_expecting("EXPECTEDUNPREFIX"))
def test_the_prefix_is_taken_off_or_refused(case: str):
    try:
        unwrap(CASES[case]["PREFIX"].encode())
        code = None
    except WireError as error:
        code = error.code

    assert (code != "not_hc1") is expected(case, "EXPECTEDUNPREFIX")


@pytest.mark.parametrize("case", cases_expecting("EXPECTEDB45DECODE"))
def test_base45_is_decoded_or_refused(case: str):
    held = CASES[case]
    if expected(case, "EXPECTEDB45DECODE"):
        assert base45.decode(held["BASE45"].encode()).hex() == held["COMPRESSED"].lower()
        assert base45.encode(bytes.fromhex(held["COMPRESSED"])) == held["BASE45"]
    else:
        with pytest.raises(WireError, match="bad_base45"):
            base45.decode(held["BASE45"].encode())


@pytest.mark.parametrize("case", cases_expecting("EXPECTEDCOMPRESSION"))
def test_what_is_compressed_is_unpacked_or_refused(case: str):
    held = CASES[case]
    text = b"HC1:" + base45.encode(bytes.fromhex(held["COMPRESSED"])).encode()
    if expected(case, "EXPECTEDCOMPRESSION"):
        assert unwrap(text).hex() == held["COSE"].lower()
    else:
        with pytest.raises(WireError, match="bad_zlib"):
            unwrap(text)


@pytest.mark.parametrize("case", cases_expecting("EXPECTEDVERIFY"))
def test_the_signature_is_accepted_or_refused(case: str):
    refused = {Reason.BAD_SIGNATURE, Reason.UNKNOWN_SIGNER, Reason.MALFORMED}

    assert (reason(case) not in refused) is expected(case, "EXPECTEDVERIFY")


@pytest.mark.parametrize("case", cases_expecting("EXPECTEDDECODE"))
def test_the_content_is_what_the_case_holds_or_cannot_be_read(case: str):
    held = CASES[case]
    if expected(case, "EXPECTEDDECODE"):
        message = cose.parse(bytes.fromhex(held["COSE"]))
        inside = cbor2.loads(message.payload)[-260][1]
        assert inside == cbor2.loads(bytes.fromhex(held["CBOR"]))
        read_content(message.payload)
    else:
        assert reason(case) is Reason.MALFORMED


@pytest.mark.parametrize("case", cases_expecting("EXPECTEDVALIDJSON"))
def test_the_whole_way_leads_to_the_fields_of_the_case(case: str):
    held = CASES[case]["JSON"]
    content = read_content(cose.parse(unwrap(CASES[case]["PREFIX"].encode())).payload)

    name, [dose], [entry] = held["nam"], content.vaccinations, held["v"]
    assert content.person[:4] == (name["fn"], name["gn"], name["fnt"], name["gnt"])
    assert str(content.person.birth) == held["dob"]
    assert [dose.dose, dose.doses, str(dose.day)] == [entry["dn"], entry["sd"], entry["dt"]]
    assert dose[3:] == tuple(entry[key] for key in ("tg", "vp", "mp", "ma", "co", "is", "ci"))


@pytest.mark.parametrize("case", cases_expecting("EXPECTEDSCHEMAVALIDATION"))
def test_the_schema_is_kept_or_the_certificate_refused(case: str):
    assert (reason(case) is not Reason.MALFORMED) is expected(case, "EXPECTEDSCHEMAVALIDATION")


@pytest.mark.parametrize("case", cases_expecting("EXPECTEDEXPIRATIONCHECK"))
def test_the_times_are_kept_or_the_certificate_refused(case: str):
    refused = {Reason.EXPIRED, Reason.NOT_YET_VALID}

    assert (reason(case) not in refused) is expected(case, "EXPECTEDEXPIRATIONCHECK")


@pytest.mark.parametrize("case", cases_expecting("EXPECTEDKEYUSAGE"))
def test_the_key_use_is_kept_or_the_certificate_refused(case: str):
    assert (reason(case) is not Reason.WRONG_KEY_USE) is expected(case, "EXPECTEDKEYUSAGE")


def test_every_expectation_of_the_cases_is_checked_here_or_with_the_pictures():
    named = {name for held in CASES.values() for name in held["EXPECTEDRESULTS"]}

    assert named == {
        "EXPECTEDUNPREFIX", "EXPECTEDB45DECODE", "EXPECTEDCOMPRESSION", "EXPECTEDVERIFY",
        "EXPECTEDDECODE", "EXPECTEDVALIDJSON", "EXPECTEDSCHEMAVALIDATION",
        "EXPECTEDEXPIRATIONCHECK", "EXPECTEDKEYUSAGE", "EXPECTEDPICTUREDECODE",
    }  # fmt: skip


def der_of(name: str) -> bytes:
    pem = (DATA / name).read_bytes()
    return x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)


def test_vietnams_own_signer_may_sign_whatever_it_certifies():
    signer = signer_of(der_of("vn_dsc_prod.pem"))

    assert isinstance(signer.key, rsa.RSAPublicKey)
    assert all(signer.may_sign(statement) for statement in Statement)


def test_a_certificate_like_vietnams_is_valid_and_read():
    text = (DATA / "vn_look_alike.hc1").read_bytes()

    verdict = verify(text, Trust([der_of("vn_look_alike_signer.pem")]), NOW)

    assert len(text.strip()) == 825
    assert verdict.valid
    assert verdict.issuer == "VN"
    content = verdict.certificate
    assert content is not None
    assert content.person.name == "Nguyễn Thị Mơ"
    assert content.person.standard_forename == "THI<MO"
    assert content.person.birth == PartialDate(1985, 8, 17)
    [dose] = content.vaccinations
    assert (dose.dose, dose.doses, dose.product, dose.vaccine) == (2, 2, "EU/1/21/1529", "J07BX03")


def test_it_is_unknown_where_its_signer_is_not_trusted():
    text = (DATA / "vn_look_alike.hc1").read_bytes()

    verdict = verify(text, Trust([der_of("vn_dsc_prod.pem")]), NOW)

    assert verdict.reason is Reason.UNKNOWN_SIGNER
    assert verdict.certificate is not None
