"""The composition root: the only package that names concrete classes, and the program's life."""
