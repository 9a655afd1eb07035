"""Runnable illustrations of topics: one file per demo, an explicit list, and the runner."""
