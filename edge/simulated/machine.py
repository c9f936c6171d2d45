"""A computer without hardware, as well or ill as somebody says."""

from edge.ports import Condition

WELL = Condition(disk_free_bytes=8 << 30, celsius=52.0, under_voltage=False)


class SimulatedMachine:
    """Says ``now`` whenever it is asked."""

    def __init__(self, now: Condition = WELL) -> None:
        self.now = now

    def condition(self) -> Condition:
        return self.now
