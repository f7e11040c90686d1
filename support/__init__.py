"""The acceptance suite behind the features: domain, ports, adapters, checks, workflow, evidence, run."""
