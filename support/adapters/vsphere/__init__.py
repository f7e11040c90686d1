"""vSphere as a source, through pyVmomi; nothing is imported here, so that the SDK loads only when it is chosen."""
