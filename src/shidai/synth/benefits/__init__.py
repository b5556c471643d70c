"""The year's work with benefits: what is attested, who applies, what is decided, paid and comes back."""
