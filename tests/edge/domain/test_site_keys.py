import hashlib
import hmac
from datetime import date

import pytest
from factories import vaults

from edge.domain.vault import SiteKeys
from protocol import sealing
from protocol.errors import WireError
from protocol.events import Identity, encode_identity
from protocol.site_events import ReactionNote, ScreeningForm

DAY = date(2026, 11, 22)
SECRETS = vaults.secrets()
WHO = Identity(document="cccd", number="058200000015", name="Chamaléa Văn Thử")


def site_keys(*, unlocked: bool = True) -> SiteKeys:
    keys = SiteKeys(vaults.SITE, SECRETS.site_key.public_key())
    if unlocked:
        keys.unlock(SECRETS)
    return keys


def sealed(plain: bytes, event: str = "event") -> dict[str, str]:
    return site_keys(unlocked=False).seal_to_site(plain, event)


def test_locked_keys_seal_and_open_nothing():
    keys = site_keys(unlocked=False)

    shut = keys.seal_to_site(encode_identity(WHO), "event")

    assert keys.locked
    assert keys.open_identity(shut, "event") is None
    assert keys.open_form(shut, "event", ReactionNote) is None
    assert keys.day_key(DAY) is None
    assert keys.person("058200000015", DAY) is None


def test_unlocked_keys_open_what_was_sealed_to_the_site():
    assert site_keys().open_identity(sealed(encode_identity(WHO)), "event") == WHO


def test_an_identity_that_was_moved_to_another_event_does_not_open():
    with pytest.raises(WireError) as refused:
        site_keys().open_identity(sealed(encode_identity(WHO)), "another")

    assert refused.value.code == "bad_seal"


def test_a_form_comes_back_as_what_it_is():
    shut = sealed(b'{"answers": [true, null], "note": "ho"}')

    form = site_keys().open_form(shut, "event", ScreeningForm)

    assert form == ScreeningForm(answers=(True, None), note="ho")


def test_bytes_come_back_as_they_were_while_unlocked():
    shut = sealed(b"a page", "its place")

    assert site_keys().open_bytes(shut, "its place") == b"a page"
    assert site_keys(unlocked=False).open_bytes(shut, "its place") is None


def test_what_is_no_form_is_refused():
    with pytest.raises(WireError) as refused:
        site_keys().open_form(sealed(b"[]"), "event", ScreeningForm)

    assert refused.value.code == "bad_body"


def test_people_are_matched_by_the_key_of_the_day():
    keys = site_keys()

    key = keys.day_key(DAY)

    expected = hmac.new(key, b"058200000015", hashlib.sha256).hexdigest()
    assert keys.person("058200000015", DAY) == expected
    assert keys.person("058200000015", date(2026, 11, 23)) != expected


def test_locking_forgets_and_whoever_listens_hears_of_each_change_once():
    keys, heard = site_keys(unlocked=False), []
    keys.on_change(lambda: heard.append(keys.locked))

    keys.lock()
    keys.unlock(SECRETS)
    keys.unlock(SECRETS)
    keys.lock()

    assert heard == [False, True]
    assert keys.day_key(DAY) is None


def test_the_key_of_another_site_is_refused():
    with pytest.raises(WireError) as refused:
        site_keys(unlocked=False).unlock(vaults.secrets())

    assert refused.value.code == "altered_vault"


def test_of_an_identity_the_hub_keeps_what_the_site_can_open():
    other = vaults.secrets().site_key.public_key()
    both = sealing.seal(b"who", "event", [other, SECRETS.site_key.public_key()])

    mine = site_keys().only_to_site(both)

    assert list(mine) == [sealing.key_id(SECRETS.site_key.public_key())]
    assert site_keys().only_to_site(sealing.seal(b"who", "event", [other])) == {}
