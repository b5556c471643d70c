"""Speeds beside their limits. `make bench` runs all, `make bench NAME=synth` those whose name begins so."""
