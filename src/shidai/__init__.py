"""Shidai: a city's population register and its reproductive-health and family services."""

__version__ = "0.1.0"
