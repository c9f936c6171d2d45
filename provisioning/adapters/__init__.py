"""One file for each port and technology; foreign errors stop here."""
