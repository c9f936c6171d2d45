"""Facts of a kiosk's conversation, and a conversation to tell them to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from edge.domain.commands import Command, ShowScreen, StoreCheckIn
from edge.domain.facts import CheckInStored, CodesSeen, Fact, Seen
from edge.domain.session import decide
from edge.domain.state import Rules, State
from protocol.documents.model import Claim, DocumentClass, Reason, Refusal

MAU = Seen(
    "code-mau",
    Claim(DocumentClass.CCCD_2021, "058185000123", "Nguyễn Thị Mẫu"),
    "person-mau",
    "N. T. M***",
)
MAU_BY_NOTICE = Seen(
    "code-mau-notice",
    Claim(DocumentClass.IDENTITY_NOTICE, "058185000123"),
    "person-mau",
)
GIA = Seen(
    "code-gia",
    Claim(DocumentClass.CCCD_2021, "058185000124", "Đổng Thị Giả"),
    "person-gia",
    "Đ. T. G***",
)
INSURANCE = Seen("code-bhyt", Refusal(DocumentClass.HEALTH_INSURANCE, Reason.HEALTH_INSURANCE))
POSTER = Seen("code-url", Refusal(DocumentClass.URL, Reason.WEB_ADDRESS))

Ordered = TypeVar("Ordered", bound=Command)

AT_ONCE = Rules(confirm_ms=0)
"""A site that gives the number at once, without showing first what was read."""


@dataclass
class Conversation:
    """Tells facts, keeps the state and every command."""

    state: State = field(default_factory=lambda: State(rules=AT_ONCE))
    now_ms: int = 1_000
    commands: list[Command] = field(default_factory=list)
    stored: int = 0

    def tell(self, fact: Fact) -> list[Command]:
        """Tell one fact and return what follows from it."""
        self.state, commands = decide(self.state, fact)
        self.commands += commands
        return commands

    def after(self, milliseconds: int) -> "Conversation":
        """Let time pass, in which nothing is told."""
        self.now_ms += milliseconds
        return self

    def see(self, *codes: Seen) -> list[Command]:
        """Tell one frame that holds ``codes``."""
        return self.tell(CodesSeen(codes, self.now_ms))

    def look(self, *codes: Seen, milliseconds: int) -> None:
        """Tell ten frames a second that hold ``codes``, for so long."""
        for _ in range(0, milliseconds, 100):
            self.after(100).see(*codes)

    def check_in(self, *codes: Seen) -> list[Command]:
        """Show ``codes``, let the journal take the check-in, and return what follows from that."""
        order = next(c for c in self.see(*codes) if isinstance(c, StoreCheckIn))
        return self.store(order)

    def store(self, order: StoreCheckIn) -> list[Command]:
        """Say that ``order`` is durable."""
        self.stored += 1
        number = self.stored
        return self.tell(
            CheckInStored(
                f"visit-{number}",
                f"job-{number}",
                f"A{number:03d}",
                order.person,
                order.masked_name,
                self.now_ms,
            )
        )

    def screens(self) -> list[object]:
        """Return every screen that was put up, in order."""
        return [command.screen for command in self.commands if isinstance(command, ShowScreen)]


def careful() -> Conversation:
    """Return a conversation at a site that shows what was read, as is usual."""
    return Conversation(State())


def orders(commands: Iterable[Command], kind: type[Ordered]) -> list[Ordered]:
    """Return the commands of one kind."""
    return [command for command in commands if isinstance(command, kind)]


def kinds(commands: Iterable[Command]) -> list[type[Command]]:
    """Return of which kinds the commands are."""
    return [type(command) for command in commands]
