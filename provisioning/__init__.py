"""What makes devices known: certificate authority, keys, registry, configuration of a site."""
