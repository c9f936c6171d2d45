"""Commands of the kiosk program that need no configuration."""
