"""The search index on disk: words (BM25) and meanings (vectors) of resources. One process writes, all may read."""
