"""What runs at the centre: ingest, projection, reconciliation with the Platform, dashboard."""
