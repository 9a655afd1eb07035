"""The bounds on webhooks. Apart from the rest: whoever starts processes needs no more than this."""

from dataclasses import dataclass


@dataclass(frozen=True)
class WebhookLimits:
    """How many are told of changes, how often it is tried, and what is kept."""

    webhooks: int = 20
    attempts: int = 6
    kept_deliveries: int = 200  # of one webhook, of those that are settled
    give_up_days: float = 3.0  # without success, until a webhook is switched off
    overlap_hours: float = 24.0  # that an old secret signs beside the new one
    private_addresses: bool = False
