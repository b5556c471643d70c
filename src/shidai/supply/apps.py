"""Django's entry for this room."""

from django.apps import AppConfig


class SupplyConfig(AppConfig):
    name = "shidai.supply"
    label = "supply"
    default_auto_field = "django.db.models.BigAutoField"
