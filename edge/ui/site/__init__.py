"""Pages of the hub for staff and boards, by https on the site's network."""
