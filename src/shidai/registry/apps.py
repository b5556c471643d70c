"""Django's entry for this room."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "shidai.registry"
    label = "registry"
    default_auto_field = "django.db.models.BigAutoField"
