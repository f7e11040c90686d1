"""The physical truth behind all services: estates, machines, disks by digest, guests."""
