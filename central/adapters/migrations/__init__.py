"""Numbered steps of the centre's schema, run at every start."""
