"""Signals of a run: the first one interrupts, but never a teardown; the second one leaves at once with the way back."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from support.run.signals import EXIT_INTERRUPTED, Signals

BOTH = [signal.SIGINT, signal.SIGTERM]

_RUN = """
import signal, sys
from support.run.signals import Signals

signals = Signals("To finish: acceptance cleanup auto-ab12", "all is removed.")
with signals.handled():
    try:
        print("working", flush=True)
        while True:
            signal.pause()
    except KeyboardInterrupt:
        with signals.shielded():
            print("cleaning", flush=True)
            if "slow" in sys.argv:
                while True:
                    signal.pause()
        print("cleaned", flush=True)
"""


def started(*arguments: str) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", _RUN, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "working\n"
    return process


@pytest.mark.parametrize("number", BOTH)
def test_the_first_signal_lets_the_run_clean_up(number: signal.Signals) -> None:
    with started() as process:
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert out == "cleaning\ncleaned\n"
    assert err.strip() == f"{number.name}: all is removed. To finish: acceptance cleanup auto-ab12"


@pytest.mark.parametrize("second", BOTH)
@pytest.mark.parametrize("first", BOTH)
def test_the_second_signal_leaves_at_once_with_the_way_back(first: signal.Signals, second: signal.Signals) -> None:
    with started("slow") as process:
        process.send_signal(first)
        assert process.stdout is not None
        assert process.stdout.readline() == "cleaning\n"
        process.send_signal(second)
        out, err = process.communicate(timeout=20)
    assert process.returncode == EXIT_INTERRUPTED == 130
    assert out == ""
    assert err.strip().splitlines()[-1] == "Left at once. To finish: acceptance cleanup auto-ab12"
    assert "Traceback" not in err


def torn_down(signals: Signals, number: signal.Signals, done: list[str]) -> None:
    """A teardown in two parts, during which a signal comes."""
    with signals.shielded():
        with signals.shielded():
            os.kill(os.getpid(), number)
            done.append("inner")
        done.append("outer")


def failed_teardown(signals: Signals) -> None:
    with signals.shielded():
        os.kill(os.getpid(), signal.SIGTERM)
        raise OSError("disk full")


@pytest.mark.parametrize("number", BOTH)
def test_a_signal_during_a_teardown_waits_for_its_end_and_is_not_lost(number: signal.Signals) -> None:
    signals, done = Signals("bye"), list[str]()
    with signals.handled(), pytest.raises(KeyboardInterrupt, match=f"^interrupted by {number.name}, as "):
        torn_down(signals, number, done)
    assert done == ["inner", "outer"]
    assert signals.interrupted
    assert signals.number is number


def test_a_shield_does_not_interrupt_a_second_time_for_one_signal() -> None:
    signals = Signals("bye")
    with signals.handled():
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
        with signals.shielded():
            pass
    assert signals.interrupted


def test_an_error_of_a_teardown_is_not_hidden_by_a_signal() -> None:
    signals = Signals("bye")
    with signals.handled(), pytest.raises(OSError, match="full"):
        failed_teardown(signals)


def test_former_handlers_are_put_back() -> None:
    before = [signal.getsignal(number) for number in BOTH]
    with Signals("bye").handled():
        assert [signal.getsignal(number) for number in BOTH] != before
    assert [signal.getsignal(number) for number in BOTH] == before


def swallowed(signals: Signals) -> None:
    with suppress(KeyboardInterrupt):  # as a destructor does it, or pyVmomi
        os.kill(os.getpid(), signal.SIGINT)


def test_an_interruption_that_a_library_swallowed_counts_before_the_next_step() -> None:
    signals = Signals("")
    with signals.handled():
        signals.heed()
        swallowed(signals)
        with pytest.raises(KeyboardInterrupt, match="SIGINT"):
            signals.heed()


def interrupted_clone(signals: Signals) -> None:
    try:
        os.kill(os.getpid(), signal.SIGINT)
    finally:
        signals.heed()  # a step told on the way up


def test_what_an_interruption_leaves_behind_is_cleared_up_in_peace() -> None:
    signals = Signals("")
    with signals.handled():
        with pytest.raises(KeyboardInterrupt):
            interrupted_clone(signals)
        with signals.shielded():
            signals.heed()
        signals.heard()
        signals.heed()


def test_work_beside_comes_to_its_end() -> None:
    signals = Signals("")
    with signals.handled(), ThreadPoolExecutor(1) as pool:
        swallowed(signals)
        pool.submit(signals.heed).result()
