"""Where facts wait for the conversation: pages put them in before it is there."""

import asyncio

from edge.domain.facts import Fact

MOST_WAITING_FACTS = 50


def new_inbox() -> asyncio.Queue[Fact]:
    """Return the queue of facts; whoever puts one waits only while very many are before it."""
    return asyncio.Queue(MOST_WAITING_FACTS)
