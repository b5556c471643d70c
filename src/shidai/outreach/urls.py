"""Addresses of outreach."""

from __future__ import annotations

from django.urls import path

from shidai.outreach import views

urlpatterns = [
    path("outreach/", views.overview, name="outreach"),
    path("outreach/csv/", views.sessions_csv, name="outreach-csv"),
    path("outreach/trained/", views.trained, name="outreach-trained"),
    path("outreach/plan/", views.plan, name="session-plan"),
    path("outreach/sessions/<uuid:uuid>/", views.session, name="session"),
    path("outreach/sessions/<uuid:uuid>/change/", views.change, name="session-change"),
    path("outreach/sessions/<uuid:uuid>/held/", views.held, name="session-held"),
    path("outreach/sessions/<uuid:uuid>/cancel/", views.cancel, name="session-cancel"),
    path("outreach/sessions/<uuid:uuid>/reopen/", views.reopen, name="session-reopen"),
    path("outreach/sessions/<uuid:uuid>/staff/", views.staff, name="session-staff"),
    path("outreach/sessions/<uuid:uuid>/heads/", views.heads, name="session-heads"),
    path("outreach/sessions/<uuid:uuid>/resident/", views.resident, name="session-resident"),
    path("outreach/attendances/<uuid:uuid>/end/", views.end, name="attendance-end"),
]
