"""The Kubernetes and OpenShift API of the lab's destination cluster."""
