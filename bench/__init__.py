"""The published measurements; `make bench` runs them all."""
