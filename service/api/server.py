"""What the app needs of the server that runs it."""

from collections.abc import Callable
from dataclasses import dataclass

from service.logs import LogNews, no_news


@dataclass(frozen=True)
class Server:
    """By default it wants no log of requests, and never stops."""

    log: LogNews = no_news  # of each request
    is_stopping: Callable[[], bool] = lambda: False  # whether what lasts should come to an end
    is_for_good: bool = False  # whether the process has no other app, and this one until it ends


NO_SERVER = Server()
