"""What the hub answers to the devices of its site, by https on the site's own network."""
