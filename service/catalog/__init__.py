"""What there is: the nouns, and the only SQL in the service."""
