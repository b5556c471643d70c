"""Addresses of programmes."""

from __future__ import annotations

from django.urls import path

from shidai.programmes import (
    adviceviews,
    bookingviews,
    capacityviews,
    cardviews,
    referralviews,
    sessionviews,
    views,
    visitviews,
)

urlpatterns = [
    path("services/", views.due, name="services"),
    path("services/remind/<slug:form>/", views.remind, name="services-remind"),
    path("services/renew/", views.renew, name="services-renew"),
    path("services/people/<uuid:uuid>/", views.person, name="person-services"),
    path("services/people/<uuid:uuid>/methods/", adviceviews.choose, name="choose-method"),
    path("services/advice/<uuid:uuid>/", adviceviews.advice, name="advice"),
    path("services/bookings/<uuid:uuid>/cancel/", bookingviews.cancel, name="booking-cancel"),
    path("services/clinics/<uuid:uuid>/end/", bookingviews.close_clinic, name="clinic-end"),
    path("services/round/", views.visit_round, name="service-round"),
    path("services/groups/", sessionviews.sessions, name="groups"),
    path("services/groups/new/<slug:programme>/<slug:step>/", sessionviews.hold, name="group-new"),
    path("services/groups/<uuid:uuid>/", sessionviews.session, name="group"),
    path("services/equipment/", capacityviews.equipment, name="equipment"),
    path("services/equipment/<uuid:uuid>/", capacityviews.piece, name="piece"),
    path("services/equipment/<uuid:uuid>/note/", capacityviews.note, name="piece-note"),
    path("services/sites/<slug:code>/capacity/", capacityviews.station, name="station"),
    path("services/sites/<slug:code>/capacity/rooms/", capacityviews.rooms, name="station-rooms"),
    path("services/sites/<slug:code>/capacity/equipment/", capacityviews.add, name="station-piece"),
    path("services/sites/<slug:code>/", bookingviews.site_day, name="site-day"),
    path("services/sites/<slug:code>/referrals/", referralviews.site_referrals, name="site-referrals"),
    path("services/sites/<slug:code>/card/", cardviews.book_by_card, name="book-by-card"),
    path("services/sites/<slug:code>/clinic/", bookingviews.open_clinic, name="clinic-open"),
    path(
        "services/people/<uuid:uuid>/<slug:programme>/<slug:step>/book/", bookingviews.choose_time, name="service-book"
    ),
    path("services/people/<uuid:uuid>/<slug:programme>/<slug:step>/", visitviews.visit, name="service-visit"),
    path("services/people/<uuid:uuid>/<slug:programme>/answer/<slug:answer>/", views.answer, name="service-answer"),
    path("services/visits/<uuid:uuid>/", visitviews.one_visit, name="visit"),
    path("services/visits/<uuid:uuid>/refer/", referralviews.refer, name="visit-refer"),
    path("services/visits/<uuid:uuid>/correct/", visitviews.correct, name="visit-correct"),
]
