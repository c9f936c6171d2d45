"""A site's network as it is: every Pi a network of its own, joined by a bridge, cut by nft.

Needs root, ``ip`` of iproute2 and ``nft`` of nftables. This machine stands at the bridge too: as the
browsers of the desks, and as the far end of the line to the centre.
"""

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

PREFIX = 24


class SiteNetwork:
    """One bridge and a network namespace for each device; addresses count from ``.2``."""

    def __init__(self, devices: Sequence[str]) -> None:
        self._bridge = f"tr{os.getpid() % 1_000_000}"
        low, high = os.getpid() % 250, os.getpid() // 250 % 250
        self._net = f"10.{100 + high % 100}.{low}"
        self.here = f"{self._net}.1"
        self.address = {each: f"{self._net}.{place}" for place, each in enumerate(devices, 2)}

    def up(self) -> None:
        """Make the bridge and all namespaces."""
        _ip("link", "add", self._bridge, "type", "bridge")
        _ip("address", "add", f"{self.here}/{PREFIX}", "dev", self._bridge)
        _ip("link", "set", self._bridge, "up")
        for place, device in enumerate(self.address):
            self._join(place, device)

    def down(self) -> None:
        """Take everything away; what runs in a namespace must have ended."""
        for device in self.address:
            _ip("netns", "delete", self._space(device), must=False)
        _ip("link", "delete", self._bridge, must=False)

    def inside(self, device: str, command: Sequence[str]) -> list[str]:
        """Return ``command`` as it runs on the network of a device."""
        return ["nsenter", f"--net=/run/netns/{self._space(device)}", "--", *command]

    def cut(self, device: str, name: str, to: str, *ports: int) -> None:
        """Let nothing pass between a device and an address any more, by no ``ports`` or by all.

        Args:
            name: Of this cut, to join again.
        """
        table = f"inet {name}"
        where = [f"tcp dport {{ {', '.join(map(str, ports))} }} "] if ports else [""]
        back = [f"tcp sport {{ {', '.join(map(str, ports))} }} "] if ports else [""]
        rules = [
            f"table {table} {{",
            "chain out { type filter hook output priority 0;",
            *(f"ip daddr {to} {each}drop;" for each in where),
            "}",
            "chain in { type filter hook input priority 0;",
            *(f"ip saddr {to} {each}drop;" for each in back),
            "}",
            "}",
        ]
        self._nft(device, "\n".join(rules))

    def join(self, device: str, name: str) -> None:
        """Undo a cut."""
        self._nft(device, f"delete table inet {name}\n")

    def _nft(self, device: str, rules: str) -> None:
        command = self.inside(device, ["nft", "-f", "-"])
        subprocess.run(command, input=rules, text=True, check=True)

    def _space(self, device: str) -> str:
        return f"{self._bridge}-{device}"

    def _join(self, place: int, device: str) -> None:
        space, near, far = self._space(device), f"{self._bridge}n{place}", f"{self._bridge}f{place}"
        _ip("netns", "add", space)
        _ip("link", "add", near, "type", "veth", "peer", "name", far, "netns", space)
        _ip("link", "set", near, "master", self._bridge, "up")
        for words in (
            ("link", "set", "lo", "up"),
            ("address", "add", f"{self.address[device]}/{PREFIX}", "dev", far),
            ("link", "set", far, "up"),
        ):
            _ip("-netns", space, *words)


def _ip(*words: str, must: bool = True) -> None:
    subprocess.run(["ip", *words], check=must, capture_output=not must)


@contextmanager
def site_network(devices: Sequence[str]) -> Iterator[SiteNetwork]:
    """Make a site's network; take it away at the end."""
    network = SiteNetwork(devices)
    try:
        network.up()
        yield network
    finally:
        network.down()
