"""The two error roots that decide between failed and broken in every report.

AssertionError
    ProductFailure          the product broke a promise
        PlanRejected        the plan never became Ready
        MigrationFailed     a machine ended in a step error
        EndedOtherwise      a migration that had to fail in one place did not fail there
        MachineDiffers      the target is not its source
Exception
    SuiteError              anything else: environment, configuration, the suite itself
        StartError          the run could not start and created nothing (exit code 2)
        WaitTimeout         a named budget ran out
        CleanupError        something is left over
        AnalysisFailed      failures stay unexplained
        CannotLook          cleanup stands before another cluster or source than the run did
"""

from dataclasses import dataclass


class ProductFailure(AssertionError):
    """The product broke a promise; reports show it as failed."""


class PlanRejected(ProductFailure):
    """MTV refused the plan with conditions that can no longer clear."""


class MigrationFailed(ProductFailure):
    """A migration ended without success."""


class EndedOtherwise(ProductFailure):
    """A migration that had to fail in a certain step succeeded, or failed elsewhere."""


class MachineDiffers(ProductFailure):
    """A target machine is not what its source was, or not what the plan asked for."""


class SuiteError(Exception):
    """Not the product's fault; reports show it as broken."""


class StartError(SuiteError):
    """The run could not start: settings, profile, login or environment. Nothing was created."""


class SourceError(SuiteError):
    """The source platform refused or failed a request."""


class SourceLoginError(SourceError, StartError):
    """The source platform refused the profile's credentials."""


class SourceUnreachable(SourceError, StartError):
    """No connection to the source platform (network, TLS, not the expected service)."""


class MachineNotFound(SourceError):
    """No machine or template of that name on the source; the message lists near names."""


class GuestNotOperable(SourceError):
    """Nothing can be run or written in a source guest now: it is off, or its tools do not run or do not allow it."""


class ClusterError(SuiteError):
    """The OpenShift API refused or failed a request."""

    @property
    def transient(self) -> bool:
        """Whether the same request may succeed a moment later."""
        return False


class ClusterLoginError(ClusterError, StartError):
    """The cluster refused the login."""


class ClusterUnreachable(ClusterError, StartError):
    """No connection to the OpenShift API."""


class AlreadyExists(ClusterError):
    """An object of that name exists; it is never adopted."""


class ProviderNotReady(SuiteError):
    """MTV could not use a Provider; carries Forklift's own words."""


class GuestUnreachable(SuiteError):
    """No SSH session with the guest could be opened."""


class GuestLoginRefused(SuiteError):
    """The guest answered but refused the profile's credentials."""


class CleanupError(SuiteError):
    """Something the run created is still there."""


class AnalysisFailed(SuiteError):
    """No explanations of failures could be had; verdicts stand without them."""


class CannotLook(SuiteError):
    """Cleanup was pointed at another cluster or source than the run's journal speaks of."""


@dataclass(slots=True, kw_only=True)
class WaitTimeout(SuiteError):
    """A named wait budget ran out; says what was last seen and how old that sight is."""

    subject: str
    wanted: str
    budget: str
    seconds: float
    last_seen: str
    age: float

    def __str__(self) -> str:
        return (
            f"{self.subject}: not {self.wanted} within {self.seconds:g} s (setting wait_{self.budget}); "
            f"last seen {self.last_seen}, {self.age:.0f} s ago"
        )
