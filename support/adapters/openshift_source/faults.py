"""What the cluster's refusals mean where the cluster is a source."""

from collections.abc import Iterator
from contextlib import contextmanager

from support.domain.errors import (
    ClusterError,
    ClusterLoginError,
    ClusterUnreachable,
    SourceError,
    SourceLoginError,
    SourceUnreachable,
)


@contextmanager
def translated(subject: str) -> Iterator[None]:
    """Errors of the cluster as those of a source, with what was being done."""
    try:
        yield
    except ClusterLoginError as error:
        raise SourceLoginError(f"{subject}: {error}") from error
    except ClusterUnreachable as error:
        raise SourceUnreachable(f"{subject}: {error}") from error
    except ClusterError as error:
        raise SourceError(f"{subject}: {error}") from error
