"""Addresses of benefits."""

from __future__ import annotations

from django.urls import path

from shidai.benefits.views import (
    acting,
    applying,
    batches,
    claim,
    handing,
    letters,
    notices,
    overview,
    passing,
    proofs,
    roster,
)

urlpatterns = [
    path("benefits/", overview.overview, name="benefits"),
    path("benefits/claims/", overview.claims, name="claims"),
    path("benefits/claims/csv/", overview.claims_csv, name="claims-csv"),
    path("benefits/claims/pass/<slug:scheme>/", passing.pass_many, name="claims-pass"),
    path("benefits/claims/<uuid:uuid>/", claim.claim, name="claim"),
    path("benefits/claims/<uuid:uuid>/again/", claim.run_again, name="claim-again"),
    path("benefits/claims/<uuid:uuid>/decisions/<uuid:decision>/", claim.decision, name="decision"),
    path("benefits/claims/<uuid:uuid>/act/<slug:act>/", acting.act, name="claim-act"),
    path("benefits/claims/<uuid:uuid>/facts/<slug:fact>/", acting.fact, name="claim-fact"),
    path("benefits/claims/<uuid:uuid>/account/", acting.account, name="claim-account"),
    path("benefits/claims/<uuid:uuid>/recover/", acting.recover, name="claim-recover"),
    path("benefits/claims/<uuid:uuid>/repay/", acting.repay, name="claim-repay"),
    path("benefits/claims/<uuid:uuid>/letters/<slug:letter>/", letters.letter, name="claim-letter"),
    path("benefits/people/<uuid:uuid>/", applying.entitlements, name="person-entitlements"),
    path("benefits/people/<uuid:uuid>/apply/<slug:scheme>/", applying.apply_person, name="person-apply"),
    path("benefits/households/<uuid:uuid>/", applying.entitlements, {"kind": "household"}, name="home-entitlements"),
    path("benefits/households/<uuid:uuid>/apply/<slug:scheme>/", applying.apply_household, name="home-apply"),
    path("benefits/villages/<slug:code>/", applying.village, name="village-entitlements"),
    path("benefits/villages/<slug:code>/apply/<slug:scheme>/", applying.apply_village, name="village-apply"),
    path("benefits/notices/", notices.listed, name="notices"),
    path("benefits/notices/<slug:scheme>/<slug:village>/<slug:until>/", notices.show, name="notice"),
    path("benefits/batches/", batches.listed, name="batches"),
    path("benefits/batches/new/<slug:scheme>/", batches.build, name="batch-build"),
    path("benefits/batches/<uuid:uuid>/", batches.batch, name="batch"),
    path("benefits/batches/<uuid:uuid>/sign/", batches.sign, name="batch-sign"),
    path("benefits/batches/<uuid:uuid>/refuse/", batches.refuse, name="batch-refuse"),
    path("benefits/batches/<uuid:uuid>/file/<slug:form>/", batches.bank_file, name="batch-file"),
    path("benefits/batches/<uuid:uuid>/answer/", batches.answer, name="batch-answer"),
    path("benefits/roster/", roster.check, name="roster"),
    path("benefits/roster/<uuid:uuid>/", roster.take, name="roster-take"),
    path("benefits/proofs/", proofs.proofs, name="proofs"),
    path("benefits/batches/<uuid:uuid>/handed/", handing.handed, name="batch-handed"),
    path("benefits/batches/<uuid:uuid>/sheet/", handing.sheet, name="batch-sheet"),
    path("benefits/payer/", batches.payer, name="payer"),
]
