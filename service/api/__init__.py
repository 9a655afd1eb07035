"""Coursegraph answers questions about what to learn, and in which order, from pages of links that teachers keep."""
