"""The settings of one Pi."""
