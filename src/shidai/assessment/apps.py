"""Django's entry for this room."""

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "shidai.assessment"
    label = "assessment"
    default_auto_field = "django.db.models.BigAutoField"
