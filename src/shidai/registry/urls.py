"""Addresses of people and households."""

from __future__ import annotations

from django.urls import path

from shidai.registry.views import entry, reading

urlpatterns = [
    path("people/", reading.people, name="people"),
    path("people/new/", entry.new_person, name="person-new"),
    path("people/birth/", entry.birth, name="birth"),
    path("people/<uuid:uuid>/", reading.person, name="person"),
    path("people/<uuid:uuid>/death/", entry.death, name="death"),
    path("people/<uuid:uuid>/move/", entry.move, name="move"),
    path("households/<uuid:uuid>/", reading.household, name="household"),
]
