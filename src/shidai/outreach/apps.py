"""Django's entry for this room."""

from django.apps import AppConfig


class OutreachConfig(AppConfig):
    name = "shidai.outreach"
    label = "outreach"
    default_auto_field = "django.db.models.BigAutoField"
