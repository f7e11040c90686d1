"""Which Kubernetes an OpenShift release carries, as `/version` and ClusterVersion tell it."""

from lab.cluster.history import Object

_KUBERNETES = {"4.16": 29, "4.17": 30, "4.18": 31, "4.19": 32, "4.20": 33, "4.21": 34}
_PATCH = 6


def openshift_version(release: str) -> str:
    """Full version of a release such as 4.20."""
    return release if release.count(".") > 1 else f"{release}.{_PATCH}"


def kubernetes_version(release: str) -> Object:
    """Body of `/version`; an unknown release is counted on from 4.0, which carried Kubernetes 1.13."""
    major, minor = release.split(".")[:2]
    number = _KUBERNETES.get(f"{major}.{minor}", 13 + int(minor))
    return {
        "major": "1",
        "minor": str(number),
        "gitVersion": f"v1.{number}.5",
        "gitCommit": "embedded-lab",
        "gitTreeState": "clean",
        "buildDate": "2025-10-01T00:00:00Z",
        "goVersion": "go1.24.4",
        "compiler": "gc",
        "platform": "linux/amd64",
    }
