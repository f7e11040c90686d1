"""How the test of a Provider's connection can end otherwise than well."""


class TestFailed(Exception):
    """The endpoint could not be used; the message goes into the Provider's condition."""

    __test__ = False

    def __init__(self, message: str, *, rejected: bool = False) -> None:
        super().__init__(message)
        self.rejected = rejected
        """The endpoint answered and refused the credentials."""


class ServerStuck(TestFailed):
    """MTV's own server for this Provider does not come up; what failed is not the connection."""


class StillStarting(Exception):
    """MTV's own server for this Provider is not there yet."""
