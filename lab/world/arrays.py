"""Storage arrays: what datastores and storage classes lie on, and who may tell them to copy."""

from dataclasses import dataclass, field

from lab.world.model import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageArray:
    """One array; what it serves it knows by NAA id."""

    hostname: str
    """Where its management answers, in the form that its vendor's populator takes: a name, an address or a URL."""
    vendor: str
    """As MTV calls its product (facts/forklift.md 4.1)."""
    account: Account
    naa: str
    """How the NAA ids of all its LUNs begin."""
    keys: dict[str, str] = field(default_factory=dict)
    """What else the vendor's Secret must say, by its key; another value finds nothing here."""
    token: str = ""
    """Stands for user and password, with a vendor that has such a thing."""
    self_signed: bool = False
    """No authority that anybody knows has signed the certificate of its management."""

    def serves(self, naa: str) -> bool:
        """Whether a LUN, or the datastore on it, is one of its own."""
        return naa.startswith(self.naa)
