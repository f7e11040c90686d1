"""What was found out about the surroundings of a run before anything is created: one line per thing looked at."""

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """`BLOCKER`: no run starts with it. `WARNING`: a run starts, and says less than it could."""

    OK = "ok"
    WARNING = "warning"
    BLOCKER = "blocker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """One line.

    Attributes:
        told: what was found, in one line.
        advice: what to do about it; empty where all is well.
    """

    subject: str
    grade: Grade
    told: str
    advice: str = ""

    def __str__(self) -> str:
        return f"{self.subject}: {self.told}{f' ({self.advice})' if self.advice else ''}"


def fine(subject: str, told: str) -> Diagnosis:
    return Diagnosis(subject=subject, grade=Grade.OK, told=told)


def doubtful(subject: str, told: str, advice: str = "") -> Diagnosis:
    return Diagnosis(subject=subject, grade=Grade.WARNING, told=told, advice=advice)


def blocking(subject: str, told: str, advice: str = "") -> Diagnosis:
    return Diagnosis(subject=subject, grade=Grade.BLOCKER, told=told, advice=advice)
