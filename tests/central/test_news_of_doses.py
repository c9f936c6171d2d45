"""What a site is told of one dose: only what verifies, of the right person."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from factories.certificates import NOW, ec_key, hc1
from factories.news_of_doses import DOSE, TRUST, issued

from central.domain.dose_news import (
    DoseOfSite,
    IssuedCertificate,
    may_hear,
    name_of_entry,
    news_of,
    recorded,
)
from central.domain.records import RecordState
from protocol import cose
from protocol.certificates.content import read_content
from protocol.certificates.revocations import HashKind, Revocations, hashes_of, in_buckets
from protocol.certificates.wrapping import unwrap


def told(*certificates: IssuedCertificate, dose: DoseOfSite = DOSE, now: datetime = NOW):
    found = news_of(dose, certificates, TRUST, None, now)
    return found.certificate, bool(found.code)


@pytest.mark.parametrize(
    ("certificates", "dose", "expected"),
    [
        ((), DOSE, ("pending", False)),
        ((issued(),), DOSE, ("issued", True)),
        ((issued(),), replace(DOSE, recorded="pending"), ("pending", False)),
        ((issued(),), replace(DOSE, recorded="failed"), ("pending", False)),
        ((issued(state="entered-in-error"),), DOSE, ("revoked", False)),
        ((issued(state="superseded"),), DOSE, ("pending", False)),
        ((issued(state="superseded"), issued(at="2")), DOSE, ("issued", True)),
        ((issued("HC1:NONSENSE"),), DOSE, ("doubtful", False)),
        ((issued(hc1(ec_key(2))),), DOSE, ("doubtful", False)),
        ((issued(),), replace(DOSE, name="Trần Văn Khác"), ("doubtful", False)),
        ((issued(),), replace(DOSE, birth="1990-01-01"), ("doubtful", False)),
        ((issued(),), replace(DOSE, name=None, birth=None), ("issued", True)),
    ],
)
def test_only_what_verifies_and_is_this_persons_is_handed_out(certificates, dose, expected):
    assert told(*certificates, dose=dose) == expected


def test_one_that_took_the_place_of_another_is_told_as_such():
    anew = news_of(DOSE, [issued("", state="superseded"), issued(at="2")], TRUST, None, NOW)

    after_revoked = news_of(
        DOSE, [issued("", state="entered-in-error"), issued(at="2")], TRUST, None, NOW
    )

    assert anew.reissued
    assert after_revoked.reissued
    assert not news_of(DOSE, [issued()], TRUST, None, NOW).reissued


def test_an_expired_certificate_is_told_as_such_unless_it_is_another_persons():
    late = NOW + timedelta(days=4000)

    assert told(issued(), now=late) == ("expired", False)
    assert told(issued(), dose=replace(DOSE, name="Trần Văn Khác"), now=late)[0] == "doubtful"
    assert told(issued(), now=NOW - timedelta(days=4000)) == ("doubtful", False)


def test_neither_news_nor_dose_spell_out_a_person_or_a_certificate():
    assert "Mẫu" not in repr(news_of(DOSE, [issued()], TRUST, None, NOW))
    assert "HC1" not in repr(news_of(DOSE, [issued()], TRUST, None, NOW))


def test_one_that_stands_on_the_list_of_revoked_ones_is_not_handed_out():
    code = hc1(ec_key())
    message = cose.parse(unwrap(code.encode()))
    hashes = hashes_of(message, read_content(message.payload), [HashKind.SIGNATURE])
    revoked = Revocations(1, NOW, in_buckets(hashes))

    found = news_of(DOSE, [issued(code)], TRUST, revoked, NOW)

    assert (found.certificate, found.code) == ("revoked", "")


def test_every_state_of_a_record_has_its_word_for_sites():
    words = {state: recorded(state) for state in RecordState}

    assert words[RecordState.RECONCILED] == "accepted"
    assert words[RecordState.DIFFERS] == "failed"
    assert words[RecordState.HELD] == "pending"


@pytest.mark.parametrize(
    ("site", "name", "birth", "told"),
    [
        ("phuoc-dinh", "", "", True),
        ("bac-ai", "", "", False),
        ("bac-ai", "NGUYEN THI MAU", "1985-08-17", True),
        ("bac-ai", "Nguyễn Thị Mẫu", "1985", False),
        ("bac-ai", "Nguyễn Thị Mẫu", "1", False),
        ("bac-ai", "Nguyễn Thị Mẫu", "", False),
        ("bac-ai", "Nguyễn Thị Mẫu", "1985-08-18", False),
        ("bac-ai", "Trần Văn Khác", "1985-08-17", False),
    ],
)
def test_of_another_sites_dose_hears_who_has_name_and_birth_date_of_the_card(
    site, name, birth, told
):
    assert may_hear(DOSE, site, name, birth) is told


@pytest.mark.parametrize("known", ["1985", None])
def test_of_a_birth_date_that_is_known_in_part_the_part_is_enough(known):
    dose = replace(DOSE, birth=known)

    assert may_hear(dose, "bac-ai", "Nguyễn Thị Mẫu", "1985-08-17")
    assert may_hear(dose, "bac-ai", "Nguyễn Thị Mẫu", "1986-08-17") is (known is None)


def test_a_dose_of_nobodys_name_is_told_at_its_own_site_alone():
    nameless = replace(DOSE, name=None, birth=None)

    assert may_hear(nameless, "phuoc-dinh", "", "")
    assert not may_hear(nameless, "bac-ai", "", "")
    assert not may_hear(nameless, "bac-ai", "Nguyễn Thị Mẫu", "1985-08-17")


def test_what_only_the_platform_knows_goes_by_a_name_that_tells_nothing_of_it():
    name = name_of_entry("Immunization.7/x")

    assert name.startswith("p-")
    assert "." not in name
    assert name == name_of_entry("Immunization.7/x") != name_of_entry("Immunization.8/x")
