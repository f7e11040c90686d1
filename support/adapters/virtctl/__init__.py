"""The virtctl program: found, or fetched from the cluster it will talk to."""
