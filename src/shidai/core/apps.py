"""Django's entry for this room."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "shidai.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"
