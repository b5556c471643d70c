"""Every address of the site. Each is walked by tests/spec/site/test_access_walk.py with every role."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import include, path

from shidai.site.views import areas, auditing, frame, numbers, office, outlook, quality, today

urlpatterns = [
    path("", today.today, name="today"),
    path("login/", frame.SignIn.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("language/", frame.choose_language, name="language"),
    path("areas/find/", frame.find_areas, name="areas-find"),
    path("areas/", areas.area, name="area"),
    path("numbers/", numbers.indicators, name="numbers"),
    path("numbers/<slug:id>/", numbers.indicator, name="indicator"),
    path("numbers/<slug:id>/csv/", numbers.indicator_export, {"form": "csv"}, name="indicator-csv"),
    path("numbers/<slug:id>/xlsx/", numbers.indicator_export, {"form": "xlsx"}, name="indicator-xlsx"),
    path("numbers/<slug:id>/records/", numbers.records, name="indicator-records"),
    path("outlook/", outlook.outlooks_page, name="outlooks"),
    path("outlook/compare/", outlook.compare, name="outlook-compare"),
    path("outlook/compare/csv/", outlook.compare_export, {"form": "csv"}, name="outlook-compare-csv"),
    path("outlook/compare/xlsx/", outlook.compare_export, {"form": "xlsx"}, name="outlook-compare-xlsx"),
    path("outlook/<slug:run>/", outlook.outlook, name="outlook"),
    path("outlook/<slug:run>/csv/", outlook.outlook_export, {"form": "csv"}, name="outlook-csv"),
    path("outlook/<slug:run>/xlsx/", outlook.outlook_export, {"form": "xlsx"}, name="outlook-xlsx"),
    path("outlook/<slug:run>/files/<str:name>", outlook.outlook_file, name="outlook-file"),
    path("quality/", quality.quality, name="quality"),
    path("quality/csv/", quality.quality_export, {"form": "csv"}, name="quality-csv"),
    path("quality/xlsx/", quality.quality_export, {"form": "xlsx"}, name="quality-xlsx"),
    path("work/", office.work, name="work"),
    path("more/", office.more, name="more"),
    path("jobs/", office.jobs, name="jobs"),
    path("jobs/list/", office.jobs_list, name="jobs-list"),
    path("jobs/<uuid:uuid>/cancel/", office.cancel, name="job-cancel"),
    path("audit/", auditing.audit_log, name="audit"),
    path("audit/csv/", auditing.audit_csv, name="audit-csv"),
    path("packs/", office.pack, name="pack"),
    path("", include("shidai.registry.urls")),
    path("", include("shidai.supply.urls")),
    path("", include("shidai.benefits.urls")),
    path("", include("shidai.programmes.urls")),
    path("", include("shidai.outreach.urls")),
    path("", include("shidai.assessment.urls")),
    path("", include("shidai.reports.urls")),
]

handler400 = "shidai.site.views.errors.bad_request"
handler403 = "shidai.site.views.errors.forbidden"
handler404 = "shidai.site.views.errors.not_found"
handler500 = "shidai.site.views.errors.broken"
