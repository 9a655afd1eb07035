"""The REST door: one file per resource, its schemas beside it."""
