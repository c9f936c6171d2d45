"""Identity documents as people hold them up: classify first, then parse; doubts are warnings."""
