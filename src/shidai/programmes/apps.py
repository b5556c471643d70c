"""Django's entry for this room."""

from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "shidai.programmes"
    label = "programmes"
    default_auto_field = "django.db.models.BigAutoField"
