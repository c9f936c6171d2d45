"""EU Digital COVID Certificates, which Vietnam adopted: read, judged, written for tests, bound to a person."""
