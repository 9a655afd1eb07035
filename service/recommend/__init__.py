"""What to learn, in which order, from what."""
