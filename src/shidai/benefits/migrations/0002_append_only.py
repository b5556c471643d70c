"""What was decided, done, earned, paid and answered is never changed.

Two columns elsewhere do change: a claim's copy of its state, and whether a payment still holds its dues.
"""

from django.db import migrations

from shidai.core.appendonly import seal_tables

TABLES = (
    "attestation", "decision", "ledgerentry", "due", "account", "signature", "payment", "outcome", "batch", "bankfile",
    "payer", "recovery", "repayment", "refusal",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("benefits", "0001_initial")]
    operations = [
        seal_tables([f"benefits_{table}" for table in TABLES], "what is written of benefits is never changed")
    ]
