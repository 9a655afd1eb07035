"""Questions answered in words: from search, paths and demos, each claim with its source; and conversations of them."""

from service.ask.answering import reply
from service.ask.library import Library, Question
from service.ask.reply import Citation, Claim, Reply

__all__ = ["Citation", "Claim", "Library", "Question", "Reply", "reply"]
