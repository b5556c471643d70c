"""Addresses of people and households."""

from __future__ import annotations

from django.urls import path

from shidai.registry import views

urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/<uuid:uuid>/", views.person, name="person"),
    path("households/<uuid:uuid>/", views.household, name="household"),
]
