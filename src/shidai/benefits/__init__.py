"""Benefits: claims, their way through the offices, what comes due, and payments; every state follows from a ledger."""
