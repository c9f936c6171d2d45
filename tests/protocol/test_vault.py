import os
from datetime import date

import msgspec
import pytest
from factories import vaults
from factories.vaults import HEAD, HEAD_NAME, HEAD_PASSWORD, NURSE, QUICK, SITE, VAULT_KEY
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol import sealing, staff
from protocol.errors import WireError
from protocol.staff import Role
from protocol.vault import Box, Kdf, Vault, VaultFile, decode_vault, encode_vault, merged
from protocol.vault_keys import (
    NewMember,
    day_key,
    new_vault,
    open_secrets,
    read_name,
    unwrap,
    with_member,
    without_member,
)

FILE = encode_vault(vaults.vault(HEAD, NURSE), VAULT_KEY)


def outer(vault_body: bytes) -> bytes:
    """A whole file, digest and all, round a body that nobody would write."""
    from protocol import vault as module

    return module._file(vault_body, bytes(32))


def changed(name: str, value: object) -> bytes:
    told = msgspec.json.decode(decode_vault(FILE).body)
    return outer(msgspec.json.encode(told | {name: value}))


def test_a_vault_is_read_as_it_was_written():
    before = vaults.vault(HEAD, NURSE)

    after = decode_vault(encode_vault(before, VAULT_KEY))

    assert after.vault == before
    after.check(VAULT_KEY)


def test_the_right_password_opens_the_sites_secrets():
    secrets = vaults.secrets()
    vault = vaults.vault(of=secrets)

    key = unwrap(vault, HEAD.login, HEAD_PASSWORD)

    assert key == VAULT_KEY
    opened = open_secrets(vault, key)
    sealed = sealing.seal(b"who", "event", [secrets.site_key.public_key()])
    assert opened.site_secret == secrets.site_secret
    assert sealing.unseal(sealed, "event", opened.site_key) == b"who"
    assert vault.site_key in sealed


def test_a_password_opens_however_the_keyboard_composes_its_letters():
    import unicodedata

    loose = unicodedata.normalize("NFD", HEAD_PASSWORD)

    assert loose != HEAD_PASSWORD
    assert unwrap(vaults.vault(), HEAD.login, loose) == VAULT_KEY


@settings(max_examples=60)
@given(st.text(max_size=40))
def test_a_wrong_password_never_opens(password):
    import unicodedata

    right = unicodedata.normalize("NFC", password) == HEAD_PASSWORD

    assert (unwrap(WITH_HEAD, HEAD.login, password) == VAULT_KEY) is right


WITH_HEAD = vaults.vault()


def test_nobody_opens_by_a_name_that_is_not_on_the_list():
    empty = new_vault(SITE, vaults.secrets(), VAULT_KEY, os.urandom)

    assert unwrap(WITH_HEAD, "nobody", HEAD_PASSWORD) is None
    assert unwrap(empty, "nobody", HEAD_PASSWORD) is None


def test_ones_own_password_does_not_open_anothers_entry():
    vault = vaults.vault(HEAD, NURSE)

    assert unwrap(vault, NURSE.login, HEAD_PASSWORD) is None


@settings(max_examples=300)
@given(st.integers(0, len(FILE) - 1), st.integers(1, 255))
def test_any_flipped_byte_is_refused_in_words(place, mask):
    bent = bytearray(FILE)
    bent[place] ^= mask

    with pytest.raises(WireError, match="vault"):
        decode_vault(bytes(bent))


@given(st.binary(max_size=200))
def test_what_is_no_vault_is_refused_in_words(data):
    with pytest.raises(WireError) as refused:
        decode_vault(data)

    assert refused.value.code == "bad_vault"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"x" * (1 << 20) + b"x", "bad_vault"),
        (outer(b"{}"), "bad_vault"),
        (outer(b"[]"), "bad_vault"),
        (changed("v", 2), "unknown_vault_version"),
        (changed("staff", "nobody"), "bad_vault"),
        (changed("serial", 0), "bad_vault"),
        (FILE + FILE, "bad_vault"),
        (FILE.replace(b'"mac":"', b'"mac":"zz'), "bad_vault"),
    ],
)
def test_a_file_with_a_fitting_digest_is_still_looked_over(data, code):
    with pytest.raises(WireError) as refused:
        decode_vault(data)

    assert refused.value.code == code


def test_what_a_later_version_adds_is_passed_over():
    assert decode_vault(changed("colour", "blue")).vault == decode_vault(FILE).vault


def test_a_member_of_staff_named_twice_is_refused():
    vault = vaults.vault()
    double = msgspec.structs.replace(vault, staff=vault.staff * 2)

    with pytest.raises(WireError, match="twice"):
        decode_vault(encode_vault(double, VAULT_KEY))


def test_a_role_that_somebody_gave_themselves_is_found_out():
    vault = vaults.vault(HEAD, NURSE)
    promoted = [msgspec.structs.replace(each, role=Role.HEAD) for each in vault.staff]
    forged = encode_vault(msgspec.structs.replace(vault, staff=tuple(promoted)), bytes(32))

    file = decode_vault(forged)

    assert unwrap(file.vault, NURSE.login, NURSE.password) is None
    with pytest.raises(WireError) as refused:
        file.check(VAULT_KEY)
    assert refused.value.code == "altered_vault"


def test_a_cheaper_way_from_password_to_key_does_not_open():
    vault = vaults.vault()
    cheap = [
        msgspec.structs.replace(each, kdf=Kdf(iterations=2, memory_kib=64, lanes=1))
        for each in vault.staff
    ]

    bent = msgspec.structs.replace(vault, staff=tuple(cheap))

    assert unwrap(bent, HEAD.login, HEAD_PASSWORD) is None


@pytest.mark.parametrize("field", ["site", "site_key", "secrets"])
def test_secrets_that_were_moved_or_changed_do_not_open(field):
    vault = vaults.vault()
    other = Box(vault.secrets.nonce[:5], b"") if field == "secrets" else "elsewhere"
    moved = msgspec.structs.replace(vault, **{field: other})

    with pytest.raises(WireError) as refused:
        open_secrets(moved, VAULT_KEY)

    assert refused.value.code == "altered_vault"


def test_the_name_that_colleagues_read_comes_back():
    assert read_name(vaults.vault(), VAULT_KEY, HEAD.login) == HEAD_NAME
    assert read_name(vaults.vault(), VAULT_KEY, "nobody") is None


def test_names_that_changed_places_are_found_out():
    vault = vaults.vault(HEAD, NURSE)
    head, nurse = vault.staff
    swapped = (
        msgspec.structs.replace(head, name=nurse.name),
        msgspec.structs.replace(nurse, name=head.name),
    )

    with pytest.raises(WireError, match="name"):
        read_name(msgspec.structs.replace(vault, staff=swapped), VAULT_KEY, HEAD.login)


def test_the_file_shows_no_name_and_no_secret():
    secrets = vaults.secrets()

    data = encode_vault(vaults.vault(HEAD, NURSE, of=secrets), VAULT_KEY)

    import base64

    hidden = [secrets.site_secret, secrets.site_key.private_bytes_raw(), VAULT_KEY]
    forms = [form(each) for each in hidden for form in (bytes, base64.b64encode)]
    forms += [each.hex().encode() for each in hidden]
    texts = [each.encode() for each in (HEAD_NAME, NURSE.name, HEAD_PASSWORD, NURSE.password)]
    assert [each for each in forms + texts if each in data] == []


def test_names_of_like_length_cannot_be_told_apart():
    sizes = {len(each.name.data) for each in vaults.vault(HEAD, NURSE).staff}

    assert sizes == {64 + 16}


def test_a_new_password_takes_the_place_of_the_old_one():
    vault = vaults.vault(HEAD, NURSE)
    again = NewMember(NURSE.login, Role.SCREENING, NURSE.name, "mật khẩu mới hơn")

    after = with_member(vault, VAULT_KEY, again, os.urandom, kdf=QUICK)

    assert unwrap(after, NURSE.login, NURSE.password) is None
    assert unwrap(after, NURSE.login, again.password) == VAULT_KEY
    assert after.member(NURSE.login).role is Role.SCREENING
    assert after.serial == vault.serial + 1
    assert len(after.staff) == 2


def test_whoever_was_removed_no_longer_opens():
    after = without_member(vaults.vault(HEAD, NURSE), NURSE.login)

    assert after.member(NURSE.login) is None
    assert unwrap(after, NURSE.login, NURSE.password) is None
    assert after.removed == ()


@pytest.mark.parametrize(
    ("members", "last"),
    [
        ((HEAD, NURSE), True),
        ((HEAD, NewMember("pho-tram", Role.HEAD, "Kator Văn Phó", "mười hai con cá")), False),
    ],
)
def test_the_last_head_is_known(members, last):
    vault = vaults.vault(*members)

    assert vault.is_last_head(HEAD.login) is last
    assert not vault.is_last_head(NURSE.login)


def test_each_day_and_each_site_has_a_key_of_its_own():
    secret = bytes(32)
    keys = {
        day_key(secret, site, date(2026, 11, day)) for site in (SITE, "ma-noi") for day in (22, 23)
    }

    assert len(keys) == 4
    assert {len(key) for key in keys} == {32}
    assert day_key(secret, SITE, date(2026, 11, 22)) in keys


DEPUTY = NewMember("pho-tram", Role.HEAD, "Kator Văn Phó", "mười hai con cá")


def provisioned(vault: Vault, member: NewMember) -> Vault:
    return with_member(vault, VAULT_KEY, member, os.urandom, kdf=QUICK, issue=vault.issue + 1)


def hub_adds(vault: Vault, member: NewMember) -> Vault:
    return with_member(vault, VAULT_KEY, member, os.urandom, kdf=QUICK)


def logins(vault: Vault) -> set[str]:
    return {member.login for member in vault.staff}


def test_what_provisioning_adds_joins_whom_the_hub_added():
    first = vaults.vault()

    both = merged(hub_adds(first, NURSE), provisioned(first, DEPUTY))

    assert logins(both) == {HEAD.login, NURSE.login, DEPUTY.login}
    assert both.issue == 2


def test_whom_the_hub_removed_stays_away():
    first = vaults.vault(HEAD, NURSE)

    both = merged(without_member(first, NURSE.login), provisioned(first, DEPUTY))

    assert logins(both) == {HEAD.login, DEPUTY.login}


def test_whom_provisioning_removed_goes_at_the_hub_too():
    first = vaults.vault(HEAD, NURSE)

    both = merged(hub_adds(first, DEPUTY), without_member(first, NURSE.login, issue=2))

    assert logins(both) == {HEAD.login, DEPUTY.login}


def test_provisioning_brings_back_whom_it_removed():
    first = vaults.vault(HEAD, NURSE)
    gone = without_member(first, NURSE.login, issue=2)

    back = provisioned(gone, NURSE)

    assert back.removed == ()
    assert NURSE.login in logins(merged(first, back))


def test_a_password_that_provisioning_reset_counts_at_the_hub():
    first = vaults.vault(HEAD, NURSE)
    reset = NewMember(HEAD.login, Role.HEAD, HEAD_NAME, "quên mật khẩu rồi")

    both = merged(hub_adds(first, DEPUTY), provisioned(first, reset))

    assert unwrap(both, HEAD.login, HEAD_PASSWORD) is None
    assert unwrap(both, HEAD.login, reset.password) == VAULT_KEY


def test_a_list_that_the_hub_knows_changes_nothing():
    first = vaults.vault()
    own = hub_adds(first, NURSE)

    assert merged(own, first) is own


@pytest.mark.parametrize("name", ["", "An", "tiếp-đón", "-an", "a" * 33, "an nguyen", "an\n"])
def test_what_is_no_log_in_name_is_refused(name):
    with pytest.raises(WireError) as refused:
        staff.login_name(name)

    assert refused.value.code == "bad_login_name"


@pytest.mark.parametrize("name", ["a", "tiep-don-1", "an.nguyen", "a" * 32])
def test_a_log_in_name_is_taken_as_it_is(name):
    assert staff.login_name(name) == name


@pytest.mark.parametrize("name", ["", "   ", "a\nb", "x" * 81, "a\0"])
def test_what_is_no_name_is_refused(name):
    with pytest.raises(WireError) as refused:
        staff.display_name(name)

    assert refused.value.code == "bad_staff_name"


def test_a_name_is_composed_and_trimmed():
    assert staff.display_name("  Hoa\u0300 ") == "Hoà"


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("chín chữ9", "short"),
        ("x1y2z3" * 40, "long"),
        ("Tiem-1 là tôi", "login"),
        ("aaaabbbbcccc", "plain"),
        ("nắng gió Phan Rang", None),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(password, why):
    assert staff.weakness(password, "tiem-1") == why


def test_a_made_password_is_strong_and_easy_to_copy():
    made = staff.readable_secret(os.urandom(16))

    assert [len(group) for group in made.split("-")] == [4, 4, 4]
    assert staff.weakness(made, "tiem-1") is None
    assert not set(made) & set("il1o0")


def test_a_role_is_read_by_its_name():
    assert staff.role("head") is Role.HEAD
    with pytest.raises(WireError) as refused:
        staff.role("king")
    assert refused.value.code == "bad_role"


def test_a_file_that_is_not_damaged_can_be_checked_again():
    vault = new_vault(SITE, vaults.secrets(), VAULT_KEY, os.urandom)
    body = decode_vault(encode_vault(vault, VAULT_KEY)).body

    with pytest.raises(WireError):
        VaultFile(vault, body, bytes(32)).check(VAULT_KEY)
