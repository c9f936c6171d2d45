"""Web pages and interfaces of the centre: asks services, decides nothing."""
