"""Addresses of people and households."""

from __future__ import annotations

from django.urls import path

from shidai.registry.views import correcting, duplicates, entry, listing, reading
from shidai.registry.views.finding import hide_numbers

urlpatterns = [
    path("people/", hide_numbers(listing.people), name="people"),
    path("people/new/", entry.new_person, name="person-new"),
    path("people/birth/", hide_numbers(entry.birth), name="birth"),
    path("people/<uuid:uuid>/", reading.person, name="person"),
    path("people/<uuid:uuid>/death/", entry.death, name="death"),
    path("people/<uuid:uuid>/death/withdraw/", correcting.withdraw_death, name="death-withdraw"),
    path("people/<uuid:uuid>/birth/withdraw/", correcting.withdraw_birth, name="birth-withdraw"),
    path("people/<uuid:uuid>/birth-date/", correcting.birth_date, name="birth-date"),
    path("people/<uuid:uuid>/marry/", hide_numbers(correcting.marry), name="marry"),
    path("unions/<uuid:uuid>/end/", correcting.end_union, name="union-end"),
    path("people/<uuid:uuid>/move/", entry.move, name="move"),
    path("spells/<uuid:uuid>/move/withdraw/", correcting.withdraw_move, name="move-withdraw"),
    path("spells/<uuid:uuid>/departure/withdraw/", correcting.withdraw_departure, name="departure-withdraw"),
    path("people/<uuid:uuid>/unmerge/", duplicates.unmerge, name="person-unmerge"),
    path("duplicates/", duplicates.duplicates, name="duplicates"),
    path("duplicates/<uuid:uuid>/", duplicates.duplicate, name="duplicate"),
    path("duplicates/<uuid:uuid>/judge/", duplicates.judge, name="duplicate-judge"),
    path("duplicates/<uuid:uuid>/ask/", duplicates.ask, name="duplicate-ask"),
    path("duplicates/<uuid:uuid>/merge/", duplicates.merge, name="duplicate-merge"),
    path("households/<uuid:uuid>/", reading.household, name="household"),
]
