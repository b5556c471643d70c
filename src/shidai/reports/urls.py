"""Pages of the annual summary."""

from django.urls import path

from shidai.reports import views

urlpatterns = [
    path("summary/", views.latest, name="summary-latest"),
    path("summary/<int:year>/", views.summary, name="summary"),
    path("summary/<int:year>/<str:name>", views.summary_file, name="summary-file"),
]
