"""Joins the parts of the centre; the only place that knows them all. Each command imports what it needs."""
