"""Loops and steps that carry out what the domain decides."""
