"""MTV's inventory service, over HTTPS behind its Route."""
