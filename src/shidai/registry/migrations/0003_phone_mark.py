"""A keyed mark of every phone number, so that a person is found by it; the numbers stay sealed."""

import json
from typing import Any

from django.db import migrations, models
from django.db.models import Q

from shidai.core import bulk, sealing
from shidai.registry.phones import phone_marks

SIZE = 10_000


def mark_phones(apps: Any, schema_editor: Any) -> None:
    """Open what is sealed, in memory only, and note its mark."""
    person, last = apps.get_model("registry", "Person"), 0
    sealed = person.objects.exclude(contact=b"").order_by("pk").values_list("pk", "contact")
    while rows := list(sealed.filter(pk__gt=last)[:SIZE]):
        opened = [sealing.open_sealed(bytes(contact), "person.contact") for _, contact in rows]
        marks = phone_marks(json.loads(text)[0] if text else None for text in opened)
        known = [(mark, pk) for mark, (pk, _) in zip(marks, rows, strict=True) if mark is not None]
        bulk.update(person, ("phone_mark",), known)
        last = rows[-1][0]


class Migration(migrations.Migration):
    dependencies = [("registry", "0002_open_spells")]

    operations = [
        migrations.AddField("person", "phone_mark", models.BigIntegerField(null=True)),
        migrations.RunPython(mark_phones, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            "person",
            models.Index(fields=["phone_mark"], condition=Q(phone_mark__isnull=False), name="person_phone"),
        ),
    ]
