"""How topics hang together: a frozen view per revision."""
