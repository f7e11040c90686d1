"""Commands that came over SSH, in the lab's journal of requests."""

from lab.guests.answers import Answer
from lab.kernel.requests import Request
from lab.kernel.service import Lab


def tell(lab: Lab, service: str, sort: str, line: str, answer: Answer) -> None:
    """Note a command line; one beyond what the shell knows is counted as refused, by `sort`: guest or esxi."""
    word = next(iter(line.split()), "(empty)")
    lab.requests.note(Request(service=service, what=f"run {word}", agent="ssh", status=answer.code, seconds=0.0))
    if answer.not_understood:
        lab.requests.refused[f"{sort} command {word}"] += 1
