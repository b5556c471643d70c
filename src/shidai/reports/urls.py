"""Pages of the annual summary and of simulated reforms."""

from django.urls import path

from shidai.reports import reformviews, views

urlpatterns = [
    path("summary/", views.latest, name="summary-latest"),
    path("summary/<int:year>/", views.summary, name="summary"),
    path("summary/<int:year>/<str:name>", views.summary_file, name="summary-file"),
    path("reforms/", reformviews.listed, name="reforms"),
    path("reforms/new/", reformviews.begin, name="reform-new"),
    path("reforms/<uuid:uuid>/", reformviews.show, name="reform"),
    path("reforms/<uuid:uuid>/file/", reformviews.report_file, name="reform-file"),
]
