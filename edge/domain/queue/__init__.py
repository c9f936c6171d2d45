"""The site's queue: pure decisions over what its hub has journalled; one module for each matter."""
