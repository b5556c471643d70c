"""A city of synthetic people: microsimulation from national rates by the parameters of a pack."""
