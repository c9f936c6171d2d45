"""What waits between the broker's thread and the loop."""

import asyncio

from central.services.inbox import Inbox, Message


async def test_messages_come_out_in_order_and_at_most_so_many_at_a_time():
    inbox = Inbox(most_bytes=100)
    for number in range(5):
        await asyncio.to_thread(inbox.put, "t", bytes([number]))

    first, second = await inbox.take(3), await inbox.take(3)

    assert first == [Message("t", b"\0"), Message("t", b"\1"), Message("t", b"\2")]
    assert second == [Message("t", b"\3"), Message("t", b"\4")]


async def test_taking_from_an_empty_inbox_waits_for_a_message():
    inbox = Inbox(most_bytes=100)
    async with asyncio.TaskGroup() as tasks:
        taking = tasks.create_task(inbox.take(10))
        await asyncio.to_thread(inbox.put, "t", b"x")

    assert taking.result() == [Message("t", b"x")]


async def test_beyond_its_bytes_it_drops_and_counts_and_takes_again_once_there_is_room():
    inbox = Inbox(most_bytes=10)
    inbox.put("t", bytes(6))
    inbox.put("t", bytes(6))
    inbox.put("t", bytes(4))

    taken = await inbox.take(10)
    inbox.put("t", bytes(10))

    assert [len(message.payload) for message in taken] == [6, 4]
    assert inbox.shed == 1
    assert len(await inbox.take(10)) == 1
