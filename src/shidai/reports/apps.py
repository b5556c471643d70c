"""Django's entry for this room."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "shidai.reports"
    label = "reports"
