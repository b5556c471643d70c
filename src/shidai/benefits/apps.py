"""Django's entry for this room."""

from django.apps import AppConfig


class BenefitsConfig(AppConfig):
    name = "shidai.benefits"
    label = "benefits"
    default_auto_field = "django.db.models.BigAutoField"
