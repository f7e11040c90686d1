"""The guest inside: its agent reports, and the guest that answers over SSH is the one that was moved."""

from collections.abc import Iterator

from support.checks.comparison import Comparison, NotRun, differs
from support.domain.finding import Finding, Gap
from support.domain.machine import Power


def guest_agent(comparison: Comparison) -> Iterator[Finding]:
    """An agent that ran on the source is connected on the target; absent means no (openshift.md 3.2)."""
    if comparison.wanted_power is not Power.ON:
        raise NotRun("the target machine stays powered off")
    if not comparison.source.guest.agent_running and not comparison.target.guest.connected:
        raise NotRun("no agent was seen running on the source")
    yield from _connected(comparison)


def asked_guest_agent(comparison: Comparison) -> Iterator[Finding]:
    """The agent is connected, whatever the source told of it: somebody asked for it."""
    if comparison.wanted_power is not Power.ON:
        raise NotRun("the target machine stays powered off")
    yield from _connected(comparison)


def _connected(comparison: Comparison) -> Iterator[Finding]:
    actual = "connected" if comparison.target.guest.connected else "not connected"
    yield from differs(comparison, "QEMU guest agent", "connected", actual)


def ssh(comparison: Comparison) -> Iterator[Finding | Gap]:
    """The host name that answers is the one the source's guest had, else the one its agent on the target tells."""
    if comparison.guest_refused is not None:
        yield from differs(comparison, "SSH login", "the same guest to answer", comparison.guest_refused)
        return
    if comparison.guest is None:
        raise NotRun(comparison.guest_unread or "nobody tried to log in")
    told, agents = comparison.source.guest.hostname, comparison.target.guest.hostname
    expected = told or agents
    if expected is None:
        raise NotRun(
            "neither the source's guest nor an agent on the target told a host name, so nobody knows who it is"
        )
    yield from differs(comparison, "host name over SSH", *_alike(expected, comparison.guest.hostname))
    if told is None:
        # The machine behind the tunnel is the one that was moved; that its guest was so called before, nobody says.
        yield Gap(what="host name before the move", reason="the source's guest never reported it")


def _alike(expected: str, actual: str) -> tuple[str, str]:
    """Both in lower case, and both short when one is: tools tell the full name, a shell often only its start."""
    wanted, found = expected.lower(), actual.lower()
    if "." in wanted and "." in found:
        return wanted, found
    return wanted.split(".")[0], found.split(".")[0]
