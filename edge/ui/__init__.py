"""Local pages of the kiosk: asks services, decides nothing."""
