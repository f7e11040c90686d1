"""vCenter's SOAP API, built on pyVmomi's own metadata."""
