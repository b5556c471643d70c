"""Addresses of assessment."""

from __future__ import annotations

from django.urls import path

from shidai.assessment import views

urlpatterns = [
    path("assessment/", views.overview, name="assessment"),
    path("assessment/enrol/", views.enrol, name="pilot-enrol"),
    path("assessment/pilots/<uuid:uuid>/", views.pilot, name="pilot"),
    path("assessment/pilots/<uuid:uuid>/items/<slug:item>/", views.item, name="pilot-item"),
    path("assessment/pilots/<uuid:uuid>/submit/", views.submit, name="pilot-submit"),
    path("assessment/pilots/<uuid:uuid>/sign/", views.sign, name="pilot-sign"),
    path("assessment/pilots/<uuid:uuid>/return/", views.give_back, name="pilot-return"),
    path("assessment/pilots/<uuid:uuid>/end/", views.end, name="pilot-end"),
    path("assessment/evidence/<uuid:uuid>/", views.evidence, name="evidence"),
    path("assessment/evidence/<uuid:uuid>/drop/", views.drop, name="evidence-drop"),
]
