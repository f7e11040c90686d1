"""RHV/oVirt as a source, through ovirtsdk4; nothing is imported here, so that the SDK loads only when it is chosen."""
