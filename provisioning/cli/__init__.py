"""The command line of provisioning."""
