"""An emulated oVirt engine: SSO, the REST API in XML, and the machines of its own estate."""
