"""Claims that a pod was to fill and did not."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedPopulator:
    """What is left of one: its claim, and how the log of its pod ends.

    Attributes:
        disk: the source's disk, as SourceDisk.identity; empty where nobody says.
        last_words: the last line of the log, which MTV does not repeat; empty where none could be read.
        machine: whose disk it is, as MachineProgress.id; empty where nobody says.
    """

    claim: str
    disk: str
    pod: str
    last_words: str = ""
    machine: str = ""
