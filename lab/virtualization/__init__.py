"""KubeVirt and CDI: machines, instances, data volumes, claims."""
