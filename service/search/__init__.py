"""A question becomes an Answer: understand, retrieve, rank, explain."""
