"""The destination cluster: Kubernetes and OpenShift API, as the suite's ports want it."""
