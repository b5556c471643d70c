"""The rules that decided are kept. A column more makes SQLite copy the table of decisions: it is sealed again.

Taken back, decisions are sealed as before. Where rules are kept it isn't taken back: what decided would be lost.
"""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.exceptions import IrreversibleError
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

import shidai.core.ids
from shidai.core.appendonly import seal_tables, unseal_tables

SEALED = "what is written of benefits is never changed"
NOT_TAKEN_BACK = """benefits 0003_rules_used 不能撤回：已保存的{kept}份规则会丢失，据以作出的决定将无法重新计算。
什么都没有改动。要回到旧版程序，请恢复升级前的备份。
benefits 0003_rules_used isn't taken back: the rules kept ({kept}) would be lost, and what they decided could not be \
made again. Nothing was changed.
To go back to the earlier version of Shidai, restore the backup that was made before the upgrade."""


class KeepRules(Operation):
    """Not taken back while rules are kept. No RunPython, which builds all models anew even to do nothing."""

    reversible = True

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Models say nothing of it."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Nothing is kept yet."""

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM benefits_rulesused")
            (kept,) = cursor.fetchone()
        if kept:
            raise IrreversibleError(NOT_TAKEN_BACK.format(kept=kept))

    def describe(self) -> str:
        return "Keeps the rules that decided"


class Migration(migrations.Migration):
    dependencies = [
        ("benefits", "0002_append_only"),
    ]

    operations = [
        unseal_tables(["benefits_decision"], SEALED),
        migrations.CreateModel(
            name="RulesUsed",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("uuid", models.UUIDField(default=shidai.core.ids.new_id, editable=False, unique=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("by", models.CharField(max_length=150)),
                ("scheme", models.CharField(max_length=64)),
                ("version", models.CharField(max_length=64)),
                ("number", models.PositiveIntegerField()),
                ("rules", models.TextField()),
                ("reason", models.CharField(blank=True, default="", max_length=500)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("scheme", "version", "number"), name="rules_in_order"),
                    models.CheckConstraint(
                        condition=models.Q(("number", 1), models.Q(("reason", ""), _negated=True), _connector="OR"),
                        name="rules_mended_with_reason",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="decision",
            name="rules",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="benefits.rulesused"
            ),
        ),
        seal_tables(["benefits_rulesused", "benefits_decision"], SEALED),
        KeepRules(),
    ]
