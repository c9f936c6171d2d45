import asyncio
from datetime import timedelta

from factories import doors, vaults
from factories.doors import ADDRESS
from factories.vaults import HEAD, HEAD_NAME, HEAD_PASSWORD, NURSE
from fakes.staff import MemoryVault

from edge.domain.staff import Refusal, Role, Staff
from edge.ports import DiskFull
from edge.services.door import MOST_WAITING, LoggedIn, TurnedAway
from protocol import sealing
from protocol.events import decode_identity
from protocol.vault import encode_vault

HEAD_STAFF = Staff(HEAD.login, Role.HEAD)


async def opened(*members) -> doors.Hub:
    hub = doors.hub(*members)
    await hub.door.open()
    return hub


async def head_in(hub: doors.Hub, **told) -> LoggedIn:
    inside = await hub.door.log_in(HEAD.login, HEAD_PASSWORD, ADDRESS, **told)
    assert isinstance(inside, LoggedIn)
    return inside


async def guess(hub: doors.Hub, login: str = HEAD.login, address: str = ADDRESS) -> TurnedAway:
    away = await hub.door.log_in(login, "không phải mật khẩu", address)
    assert isinstance(away, TurnedAway)
    return away


async def test_the_first_log_in_unlocks_the_site():
    hub = await opened()
    assert hub.door.locked

    inside = await head_in(hub)

    assert inside.staff == HEAD_STAFF
    assert inside.unlocked
    assert not hub.door.locked
    assert not hub.site_keys.locked
    assert hub.keeper.names == {HEAD.login: HEAD_NAME}


async def test_a_later_log_in_unlocks_nothing_more():
    hub = await opened(HEAD, NURSE)
    await head_in(hub)

    second = await hub.door.log_in(NURSE.login, NURSE.password, ADDRESS)

    assert isinstance(second, LoggedIn)
    assert not second.unlocked


async def test_the_token_is_known_again_and_another_is_not():
    hub = await opened()
    inside = await head_in(hub)

    assert await hub.door.who(inside.token) == HEAD_STAFF
    assert await hub.door.who("") is None
    assert await hub.door.who(inside.token[:-1] + "x") is None


async def test_name_and_password_are_refused_alike():
    hub = await opened()

    wrong = [await guess(hub), await guess(hub, "nobody")]

    assert wrong == [TurnedAway(Refusal.WRONG)] * 2
    assert hub.site_keys.locked


async def test_guessing_at_a_name_gets_slower_also_with_the_right_password():
    hub = await opened()
    for _ in range(3):
        await guess(hub)

    away = await hub.door.log_in(HEAD.login, HEAD_PASSWORD, "192.0.2.8")

    assert away == TurnedAway(Refusal.WAIT, 1)
    hub.clock.advance(1)
    await head_in(hub)


async def test_guessing_from_one_address_gets_slower_whatever_the_name():
    hub = await opened(HEAD, NURSE)
    for number in range(10):
        await guess(hub, f"name-{number}")

    assert await guess(hub, NURSE.login) == TurnedAway(Refusal.WAIT, 1)
    inside = await hub.door.log_in(NURSE.login, NURSE.password, "192.0.2.8")
    assert isinstance(inside, LoggedIn)


async def test_a_desk_that_was_logged_in_before_is_not_slowed_down_by_its_neighbour():
    hub = await opened(HEAD, NURSE)
    known = (await hub.door.log_in(NURSE.login, NURSE.password, ADDRESS)).mark
    for number in range(10):
        await guess(hub, f"name-{number}")
        await guess(hub, NURSE.login)

    stranger = await hub.door.log_in(NURSE.login, NURSE.password, ADDRESS)
    inside = await hub.door.log_in(NURSE.login, NURSE.password, ADDRESS, mark=known)

    assert stranger.reason is Refusal.WAIT
    assert isinstance(inside, LoggedIn)
    assert inside.mark == ""  # It keeps the one it has.


async def test_a_known_desk_is_slowed_down_by_its_own_guesses():
    hub = await opened(HEAD, NURSE)
    known = (await hub.door.log_in(NURSE.login, NURSE.password, ADDRESS)).mark
    for number in range(10):
        await hub.door.log_in(f"name-{number}", "sai rồi sai", ADDRESS, mark=known)

    away = await hub.door.log_in(NURSE.login, NURSE.password, ADDRESS, mark=known)

    assert away == TurnedAway(Refusal.WAIT, 1)
    assert isinstance(await hub.door.log_in(NURSE.login, NURSE.password, ADDRESS), LoggedIn)


async def test_who_has_many_browsers_known_guesses_no_quicker_at_a_colleagues_name():
    hub = await opened(HEAD, NURSE)
    heard = 0
    for _ in range(15):
        known = (await hub.door.log_in(NURSE.login, NURSE.password, ADDRESS)).mark
        for _ in range(3):
            away = await hub.door.log_in(HEAD.login, "sai rồi sai", ADDRESS, mark=known)
            heard += away.reason is Refusal.WRONG

    assert heard == 30
    assert isinstance(await hub.door.log_in(NURSE.login, NURSE.password, ADDRESS), LoggedIn)
    hub.clock.advance(60)
    await head_in(hub, mark=known)


async def test_a_desk_is_known_after_a_restart_and_no_made_up_one_is():
    hub = await opened(HEAD, NURSE)
    known = (await hub.door.log_in(NURSE.login, NURSE.password, ADDRESS)).mark
    again = hub.restarted()
    await again.door.open()
    for number in range(10):
        await guess(again, f"name-{number}")

    made_up = [known[:-2] + "00", "x", "00" * 48, ""]
    away = [
        await again.door.log_in(NURSE.login, NURSE.password, ADDRESS, mark=each) for each in made_up
    ]
    inside = await again.door.log_in(NURSE.login, NURSE.password, ADDRESS, mark=known)

    assert {each.reason for each in away} == {Refusal.WAIT}
    assert isinstance(inside, LoggedIn)


async def test_a_full_disk_keeps_nobody_out_for_want_of_a_secret():
    hub = doors.hub(HEAD)
    hub.sessions.full = True

    await hub.door.open()

    assert isinstance(await hub.door.log_in(HEAD.login, HEAD_PASSWORD, ADDRESS), LoggedIn)


async def test_guesses_at_once_are_counted_one_by_one():
    hub = await opened()

    away = await asyncio.gather(*(guess(hub) for _ in range(6)))

    assert [each.reason for each in away] == [Refusal.WRONG] * 3 + [Refusal.WAIT] * 3


async def test_more_log_ins_at_once_than_the_memory_holds_are_told_to_wait():
    hub = await opened()

    away = await asyncio.gather(*(guess(hub, f"name-{n}") for n in range(MOST_WAITING + 2)))

    assert [each.reason for each in away].count(Refusal.BUSY) == 2


async def test_after_a_power_cut_desks_go_on_and_names_are_gone():
    hub = await opened(HEAD, NURSE)
    inside = await head_in(hub)

    again = hub.restarted()
    await again.door.open()

    assert await again.door.who(inside.token) == HEAD_STAFF
    assert again.door.locked
    assert again.keeper.names == {}
    assert (await head_in(again)).unlocked
    assert again.keeper.names[HEAD.login] == HEAD_NAME


async def test_only_the_hash_of_a_token_is_stored():
    hub = await opened()
    inside = await head_in(hub)

    assert inside.token not in repr(hub.sessions.sessions())
    assert inside.token not in repr(inside)


async def test_a_log_in_ends_after_the_shift():
    hub = await opened()
    inside = await head_in(hub)

    for _ in range(23):
        hub.clock.advance(1800)
        assert await hub.door.who(inside.token) == HEAD_STAFF
    hub.clock.advance(1800)

    assert await hub.door.who(inside.token) is None


async def test_a_log_in_ends_when_nothing_is_done_with_it():
    hub = await opened()
    inside = await head_in(hub)

    hub.clock.advance(3600)

    assert not hub.door.still(inside.token)
    assert await hub.door.who(inside.token) is None


async def test_an_open_stream_is_no_action():
    hub = await opened()
    inside = await head_in(hub)

    for _ in range(5):
        assert hub.door.still(inside.token)
        hub.clock.advance(720)

    assert not hub.door.still(inside.token)


async def test_a_page_that_asks_for_news_by_itself_keeps_nobody_logged_in():
    hub = await opened()
    inside = await head_in(hub)

    for _ in range(4):
        hub.clock.advance(720)
        assert await hub.door.who(inside.token, acts=False) == inside.staff
    hub.clock.advance(720)

    assert await hub.door.who(inside.token, acts=False) is None


async def test_time_without_power_counts_too():
    hub = await opened()
    inside = await head_in(hub)

    hub.clock.reboot("boot-2")
    hub.clock.set_wall(hub.clock.now() + timedelta(hours=2), ok=True)
    again = hub.restarted()
    await again.door.open()

    assert await again.door.who(inside.token) is None
    assert hub.sessions.sessions() == []


async def test_logging_out_ends_one_browser_and_everywhere_ends_all():
    hub = await opened()
    tokens = [(await head_in(hub)).token for _ in range(3)]

    await hub.door.log_out(tokens[0])
    assert [hub.door.still(each) for each in tokens] == [False, True, True]
    await hub.door.log_out_everywhere(HEAD.login)

    assert [hub.door.still(each) for each in tokens] == [False, False, False]
    assert hub.sessions.sessions() == []


async def test_logging_in_again_ends_the_log_in_before():
    hub = await opened()
    before = await head_in(hub)

    await head_in(hub, before=before.token)

    assert not hub.door.still(before.token)


async def test_a_log_in_is_journalled_with_a_sealed_name():
    hub = await opened()

    await head_in(hub, desk="2")

    event = hub.events()[-1]
    assert event.type == "staff_signed_in"
    assert HEAD_NAME.encode() not in hub.journal.entries(0, most=9, most_bytes=1 << 20)[0].data
    who = decode_identity(sealing.unseal(event.sealed, event.id, hub.keys.centre_seal))
    assert (who.name, who.number) == (HEAD_NAME, None)


async def test_a_full_disk_lets_staff_in_all_the_same():
    hub = await opened()
    hub.sessions.full = True
    hub.journal.fail_with(DiskFull("no room"))

    inside = await head_in(hub)

    assert await hub.door.who(inside.token) == HEAD_STAFF


async def test_the_end_of_the_day_takes_the_names_from_the_memory():
    hub = await opened()
    inside = await head_in(hub)

    await hub.door.day_ended()

    assert hub.site_keys.locked
    assert hub.keeper.names == {}
    assert await hub.door.who(inside.token) == HEAD_STAFF
    assert (await head_in(hub)).unlocked


async def test_without_a_vault_nobody_logs_in_and_it_is_said_why():
    hub = doors.hub(vault=MemoryVault())
    await hub.door.open()

    away = await hub.door.log_in(HEAD.login, HEAD_PASSWORD, ADDRESS)

    assert away == TurnedAway(Refusal.VAULT)
    assert "no vault.json" in hub.door.problem


async def test_a_damaged_vault_is_told_before_any_password():
    hub = doors.hub()
    hub.vault.files["own"] = hub.vault.files["provisioned"].replace(b"head", b"lead")

    await hub.door.open()

    assert "damaged" in hub.door.problem


async def test_the_vault_of_another_site_is_refused():
    other = encode_vault(vaults.vault(site="ma-noi"), vaults.VAULT_KEY)
    hub = doors.hub(vault=MemoryVault(other))

    await hub.door.open()

    assert "another site" in hub.door.problem


async def test_a_vault_that_somebody_altered_lets_nobody_in():
    hub = doors.hub()
    vault = doors.vault_of(hub.keys, HEAD)
    hub.vault.files["own"] = encode_vault(vault, bytes(32))
    await hub.door.open()

    away = await hub.door.log_in(HEAD.login, HEAD_PASSWORD, ADDRESS)

    assert away == TurnedAway(Refusal.VAULT)
    assert hub.site_keys.locked


async def test_desks_that_are_logged_in_work_on_without_a_usable_vault():
    hub = await opened()
    inside = await head_in(hub)
    again = hub.restarted()
    hub.vault.files["provisioned"] = b"{}"

    await again.door.open()

    assert await again.door.who(inside.token) == HEAD_STAFF
