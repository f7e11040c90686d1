"""KubeVirt and CDI: storage that binds, data volumes that fill, machines that live in pods."""
