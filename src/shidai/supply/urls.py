"""Addresses of supply."""

from __future__ import annotations

from django.urls import path

from shidai.supply.views import asking, cards, handing, keeping, planning, sites

urlpatterns = [
    path("supply/", sites.overview, name="supply"),
    path("supply/csv/", sites.stock_csv, name="stock-csv"),
    path("supply/plan/", planning.plan, name="supply-plan"),
    path("supply/plan/csv/", planning.plan_csv, name="supply-plan-csv"),
    path("supply/open/", sites.open_site, name="site-open"),
    path("supply/recall/", asking.recall, name="recall"),
    path("supply/recall/<slug:commodity>/<path:number>/lift/", asking.lift, name="recall-lift"),
    path("supply/requisitions/", asking.asked, name="requisitions"),
    path("supply/requisitions/<uuid:uuid>/<slug:act>/", asking.act, name="requisition-act"),
    path("supply/transfers/<uuid:uuid>/", keeping.arrival, name="arrival"),
    path("supply/entries/<uuid:uuid>/reverse/", keeping.reverse, name="entry-reverse"),
    path("supply/lots/<slug:commodity>/<path:number>/", asking.lot, name="lot"),
    path("supply/people/<uuid:uuid>/", cards.person, name="person-supply"),
    path("supply/people/<uuid:uuid>/card/", cards.issue, name="card-issue"),
    path("supply/people/<uuid:uuid>/card/<uuid:card>/", cards.card, name="card"),
    path("supply/people/<uuid:uuid>/card/<uuid:card>/end/", cards.end, name="card-end"),
    path("supply/sites/<slug:code>/", sites.site, name="site"),
    path("supply/sites/<slug:code>/hand-out/", handing.hand_out, name="hand-out"),
    path("supply/sites/<slug:code>/receive/", keeping.receive, name="receive"),
    path("supply/sites/<slug:code>/send/", keeping.send, name="send"),
    path("supply/sites/<slug:code>/count/", keeping.count, name="count"),
    path("supply/sites/<slug:code>/surplus/", keeping.surplus, name="surplus"),
    path("supply/sites/<slug:code>/loss/", keeping.loss, name="loss"),
    path("supply/sites/<slug:code>/write-off/", keeping.write_off, name="write-off"),
    path("supply/sites/<slug:code>/allot/<slug:commodity>/", asking.allot, name="allot"),
    path("supply/sites/<slug:code>/close/", sites.close, name="site-close"),
    path("supply/sites/<slug:code>/ask/", asking.ask, name="ask"),
]
