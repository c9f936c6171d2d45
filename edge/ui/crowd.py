"""A door that one client cannot fill: connections are counted before a word, or TLS, is spoken.

Whoever can reach the hub can open connections and say nothing. Each costs a file handle, and a program
without file handles can neither journal nor send: so those above the limit are closed at once.
"""

import socket
from collections import Counter
from typing import Any


class Crowd:
    """Who is connected to one listener.

    Args:
        most: Connections at once.
        most_of_one: Of these from one address; phones behind one access point may share theirs.
    """

    def __init__(self, most: int, most_of_one: int) -> None:
        self._most = most
        self._most_of_one = most_of_one
        self._here: Counter[str] = Counter()

    def __len__(self) -> int:
        return self._here.total()

    def enter(self, address: str) -> bool:
        """Count somebody in, if there is room for them."""
        if len(self) >= self._most or self._here[address] >= self._most_of_one:
            return False
        self._here[address] += 1
        return True

    def leave(self, address: str) -> None:
        """Count somebody out."""
        self._here[address] -= 1
        self._here += Counter()  # Forgets who has nobody here.


class CountedListener(socket.socket):
    """Accepts connections as long as the crowd has room."""

    def __init__(self, listening: socket.socket, crowd: Crowd) -> None:
        """Take over ``listening``."""
        super().__init__(fileno=listening.detach())
        self._crowd = crowd

    def accept(self) -> tuple[socket.socket, Any]:
        """Return the next connection that there is room for.

        Raises:
            BlockingIOError: There is none now.
        """
        while True:
            connection, address = super().accept()
            if self._crowd.enter(address[0]):
                return _Guest(connection, self._crowd, address[0]), address
            connection.close()


class _Guest(socket.socket):
    """A connection that counts itself out when it is closed."""

    def __init__(self, connection: socket.socket, crowd: Crowd, address: str) -> None:
        super().__init__(fileno=connection.detach())
        self._left = False
        self._crowd = crowd
        self._address = address

    def close(self) -> None:
        super().close()
        if not self._left:
            self._left = True
            self._crowd.leave(self._address)
