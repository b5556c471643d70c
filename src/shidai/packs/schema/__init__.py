"""The schema of a pack: one file a noun, every model a `PackModel`."""
