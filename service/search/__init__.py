"""A question becomes an Answer: query, understand, retrieve, rank, explain."""

from service.search.answering import answer
from service.search.query import Query
from service.search.retrieval import Retrieval
from service.search.suggest import Suggestion, suggest

__all__ = ["Query", "Retrieval", "Suggestion", "answer", "suggest"]
