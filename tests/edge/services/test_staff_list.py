import os

import pytest
from factories import doors, vaults
from factories.doors import ADDRESS
from factories.vaults import HEAD, HEAD_PASSWORD, NURSE

from edge.domain.staff import Refusal, Role, StaffRow
from edge.ports import DiskFull
from edge.services.door import LoggedIn, TurnedAway
from protocol.vault import decode_vault, encode_vault
from protocol.vault_keys import NewMember, with_member

NEW = ("kham-1", "screening", "Kator Văn Khám", "mười hai con cá")


async def at_work(*members) -> doors.Hub:
    """A hub whose head is logged in."""
    hub = doors.hub(*members)
    await hub.door.open()
    assert isinstance(await hub.door.log_in(HEAD.login, HEAD_PASSWORD, ADDRESS), LoggedIn)
    return hub


async def log_in(hub: doors.Hub, login: str, password: str) -> LoggedIn | TurnedAway:
    return await hub.door.log_in(login, password, "192.0.2.9")


async def test_whom_the_head_adds_logs_in_also_after_a_restart():
    hub = await at_work()

    assert await hub.staff.add(*NEW, by=HEAD.login) is None

    assert isinstance(await log_in(hub, "kham-1", NEW[3]), LoggedIn)
    again = hub.restarted()
    await again.door.open()
    inside = await log_in(again, "kham-1", NEW[3])
    assert isinstance(inside, LoggedIn)
    assert inside.unlocked
    assert StaffRow("kham-1", Role.SCREENING, "Kator Văn Khám") in again.staff.rows()


async def test_who_was_added_by_whom_is_journalled_and_named_to_nobody():
    hub = await at_work()

    await hub.staff.add(*NEW, by=HEAD.login)

    event = hub.events()[-1]
    assert event.type == "staff_added"
    data = hub.journal.entries(0, most=99, most_bytes=1 << 20)[-1].data
    assert b'"by":"truong-tram"' in data
    assert "Khám".encode() not in data
    assert event.sealed is not None


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({0: HEAD.login}, Refusal.TAKEN),
        ({0: "Khám 1"}, Refusal.BAD_LOGIN),
        ({1: "king"}, Refusal.BAD_ROLE),
        ({2: " "}, Refusal.BAD_NAME),
        ({3: "ngắn"}, Refusal.WEAK_SHORT),
        ({3: "abc" * 100}, Refusal.WEAK_LONG),
        ({3: "tôi là kham-1"}, Refusal.WEAK_LOGIN),
        ({3: "aaaaaaaaaaaa"}, Refusal.WEAK_PLAIN),
    ],
)
def test_what_cannot_be_added_is_refused_with_the_reason(change, refusal):
    import asyncio

    async def tried() -> tuple[Refusal | None, int, int]:
        hub = await at_work()
        before = len(hub.events())
        told = [change.get(place, text) for place, text in enumerate(NEW)]
        answer = await hub.staff.add(*told, by=HEAD.login)
        return answer, len(hub.events()) - before, len(hub.staff.rows())

    assert asyncio.run(tried()) == (refusal, 0, 1)


async def test_whoever_is_removed_is_logged_out_at_once_and_stays_out():
    hub = await at_work(HEAD, NURSE)
    inside = await log_in(hub, NURSE.login, NURSE.password)

    assert await hub.staff.remove(NURSE.login, by=HEAD.login) is None

    assert await hub.door.who(inside.token) is None
    assert await log_in(hub, NURSE.login, NURSE.password) == TurnedAway(Refusal.WRONG)
    assert hub.events()[-1].type == "staff_removed"


@pytest.mark.parametrize(
    ("login", "refusal"), [(HEAD.login, Refusal.LAST_HEAD), ("nobody", Refusal.UNKNOWN)]
)
async def test_who_cannot_be_removed_stays(login, refusal):
    hub = await at_work(HEAD, NURSE)

    assert await hub.staff.remove(login, by=HEAD.login) is refusal

    assert len(hub.staff.rows()) == 2


async def test_a_reset_password_ends_all_log_ins_and_the_old_one():
    hub = await at_work(HEAD, NURSE)
    inside = await log_in(hub, NURSE.login, NURSE.password)

    assert await hub.staff.reset(NURSE.login, "một mật khẩu mới", by=HEAD.login) is None

    assert not hub.door.still(inside.token)
    assert await log_in(hub, NURSE.login, NURSE.password) == TurnedAway(Refusal.WRONG)
    after = await log_in(hub, NURSE.login, "một mật khẩu mới")
    assert after.staff.role is Role.INJECTION
    assert hub.keeper.names[NURSE.login] == NURSE.name


async def test_another_role_comes_with_a_new_password_and_the_last_head_keeps_theirs():
    hub = await at_work(HEAD, NURSE)

    async def reset(login: str, role: str) -> Refusal | None:
        return await hub.staff.reset(login, "một mật khẩu mới", by=HEAD.login, role=role)

    assert await reset(HEAD.login, "screening") is Refusal.LAST_HEAD
    assert await reset(NURSE.login, "king") is Refusal.BAD_ROLE
    assert await reset(NURSE.login, "screening") is None
    after = await log_in(hub, NURSE.login, "một mật khẩu mới")
    assert after.staff.role is Role.SCREENING


async def test_nobody_is_reset_who_is_not_on_the_list():
    hub = await at_work()

    assert await hub.staff.reset("nobody", "một mật khẩu mới", by=HEAD.login) is Refusal.UNKNOWN


async def test_ones_own_password_is_changed_by_knowing_the_old_one():
    hub = await at_work(HEAD, NURSE)
    here = await log_in(hub, NURSE.login, NURSE.password)
    there = await log_in(hub, NURSE.login, NURSE.password)

    async def change(before: str) -> Refusal | None:
        after = "một mật khẩu mới"
        return await hub.staff.change_own(
            NURSE.login, before, after, token=here.token, address=ADDRESS
        )

    assert await change("đoán bừa một câu") is Refusal.WRONG
    assert await change(NURSE.password) is None
    assert hub.door.still(here.token)
    assert not hub.door.still(there.token)


async def test_nobody_changes_the_password_of_whoever_was_removed():
    hub = await at_work()

    answer = await hub.staff.change_own("gone", "a", "b", token="", address=ADDRESS)

    assert answer is Refusal.UNKNOWN


async def test_a_locked_site_changes_no_list():
    hub = doors.hub(HEAD, NURSE)
    await hub.door.open()

    assert await hub.staff.add(*NEW, by=HEAD.login) is Refusal.LOCKED
    assert await hub.staff.remove(NURSE.login, by=HEAD.login) is Refusal.LOCKED


async def test_what_cannot_be_kept_is_not_done():
    hub = await at_work(HEAD, NURSE)
    hub.vault.full = True

    assert await hub.staff.add(*NEW, by=HEAD.login) is Refusal.NOT_KEPT
    assert len(hub.staff.rows()) == 2

    hub.vault.full = False
    hub.journal.fail_with(DiskFull("no room"))
    assert await hub.staff.remove(NURSE.login, by=HEAD.login) is Refusal.NOT_KEPT
    assert len(hub.staff.rows()) == 2


async def test_a_full_session_store_still_logs_out_whoever_is_removed():
    hub = await at_work(HEAD, NURSE)
    inside = await log_in(hub, NURSE.login, NURSE.password)
    hub.sessions.full = True

    assert await hub.staff.remove(NURSE.login, by=HEAD.login) is None

    assert not hub.door.still(inside.token)


async def test_without_a_vault_there_is_no_list():
    hub = doors.hub()

    assert hub.staff.rows() == []


async def test_whom_provisioning_added_since_joins_at_their_first_log_in():
    hub = await at_work()
    await hub.staff.add(*NEW, by=HEAD.login)
    first = decode_vault(hub.vault.files["provisioned"]).vault
    deputy = NewMember("pho-tram", Role.HEAD, "Kator Văn Phó", "mười hai con cá")
    issued = with_member(
        first, vaults.VAULT_KEY, deputy, os.urandom, kdf=vaults.QUICK, issue=first.issue + 1
    )
    hub.vault.files["provisioned"] = encode_vault(issued, vaults.VAULT_KEY)
    again = hub.restarted()
    await again.door.open()

    assert isinstance(await log_in(again, deputy.login, deputy.password), LoggedIn)

    own = decode_vault(hub.vault.files["own"]).vault
    assert {each.login for each in own.staff} == {HEAD.login, "kham-1", "pho-tram"}
    assert own.issue == first.issue + 1
