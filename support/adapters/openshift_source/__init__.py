"""An OpenShift cluster as a source: machines of the run's own, made from the cluster's golden images."""
