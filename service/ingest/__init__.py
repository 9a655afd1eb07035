"""A page becomes catalog rows: read, parse, classify, reconcile."""
