"""What provisioning asks of the world, and how it may fail."""
