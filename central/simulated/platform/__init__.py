"""A sandbox of the national Platform: a small, durable FHIR R4 server with faults on demand.

Its own process and its own data; it knows nothing of Trạm. For development, training and tests.
"""
