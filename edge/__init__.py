"""What runs on a Raspberry Pi at a site: the kiosk, later also the hub."""
