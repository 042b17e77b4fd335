"""criteria sets: drafts, publications, retirements, amendments; a verdict for what gives points

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

VERDICTS_BEFORE = ("pass", "fail", "unverified", "incomplete", "error", "not_applicable", "manual", "return")
VERDICTS = ("pass", "fail", "unverified", "incomplete", "error", "not_applicable", "manual", "scored", "return")

# Frozen copies of the guards that the models declare: (name, SQLite, PostgreSQL). A test compares both databases.
BY_INVOLVED = "NEW.stage <> 'self' AND EXISTS (SELECT 1 FROM involvement i WHERE i.assessment_id = NEW.assessment_id AND i.person_id = NEW.recorded_by)"


def guard(table, name, operation, on_sqlite, on_postgresql):
    row = "OLD" if operation == "DELETE" else "NEW"
    return (
        name,
        f"CREATE TRIGGER {name} BEFORE {operation} ON {table} FOR EACH ROW WHEN {on_sqlite} BEGIN SELECT RAISE(ABORT, 'ruraldx:{name}'); END",
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {on_postgresql} THEN RAISE EXCEPTION 'ruraldx:{name}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {row}; END $$; "
        f"CREATE TRIGGER {name} BEFORE {operation} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    )


def append_only(table):
    return [guard(table, f"{table}_no_{verb.lower()}", verb, "1", "true") for verb in ("UPDATE", "DELETE")]


NEW_TABLES = ("criteria_publication", "criteria_retirement", "criteria_amendment")
GUARDS = [found for table in NEW_TABLES for found in append_only(table)]
# SQLite makes the table anew to change a CHECK, and its guards go with the old one.
STAGE_GUARDS = [
    *append_only("stage_value"),
    guard("stage_value", "stage_value_by_involved", "INSERT", BY_INVOLVED, BY_INVOLVED),
]


def upgrade() -> None:
    op.create_table(
        "criteria_amendment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("published_by", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "effective_to IS NULL OR (effective_from IS NOT NULL AND effective_to >= effective_from)",
            name=op.f("ck_criteria_amendment_dates_in_order"),
        ),
        sa.ForeignKeyConstraint(["published_by"], ["person.id"], name=op.f("fk_criteria_amendment_published_by")),
        sa.ForeignKeyConstraint(["version_id"], ["criteria_version.id"], name=op.f("fk_criteria_amendment_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criteria_amendment")),
        sa.UniqueConstraint("code", "number", name=op.f("uq_criteria_amendment_code_number")),
        sa.UniqueConstraint("sha256", name=op.f("uq_criteria_amendment_sha256")),
    )
    op.create_index("ix_criteria_amendment_version", "criteria_amendment", ["version_id"], unique=False)
    op.create_table(
        "criteria_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("province", sa.String(length=120), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_criteria_draft_version_positive")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_criteria_draft_created_by")),
        sa.ForeignKeyConstraint(["updated_by"], ["person.id"], name=op.f("fk_criteria_draft_updated_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criteria_draft")),
        sa.UniqueConstraint("key", name=op.f("uq_criteria_draft_key")),
    )
    op.create_table(
        "criteria_publication",
        sa.Column("version_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("draft_key", sa.String(length=32), nullable=True),
        sa.Column("source_text", sa.Text(), nullable=False),
        sa.Column("published_by", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["published_by"], ["person.id"], name=op.f("fk_criteria_publication_published_by")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["criteria_version.id"], name=op.f("fk_criteria_publication_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_criteria_publication")),
        sa.UniqueConstraint("draft_key", name=op.f("uq_criteria_publication_draft_key")),
    )
    op.create_table(
        "criteria_retirement",
        sa.Column("version_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("retired_on", sa.Date(), nullable=False),
        sa.Column("retired_by", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_criteria_retirement_reason_given")),
        sa.ForeignKeyConstraint(["retired_by"], ["person.id"], name=op.f("fk_criteria_retirement_retired_by")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["criteria_version.id"], name=op.f("fk_criteria_retirement_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_criteria_retirement")),
    )
    set_guards(GUARDS)
    know_verdicts(VERDICTS)


def downgrade() -> None:
    know_verdicts(VERDICTS_BEFORE)
    op.drop_table("criteria_retirement")
    op.drop_table("criteria_publication")
    op.drop_table("criteria_draft")
    op.drop_index("ix_criteria_amendment_version", "criteria_amendment")
    op.drop_table("criteria_amendment")
    if op.get_bind().dialect.name == "postgresql":
        for name, _on_sqlite, _on_postgresql in GUARDS:
            op.execute(f"DROP FUNCTION {name}() CASCADE")


def set_guards(guards):
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for _name, sqlite, postgresql in guards:
        op.execute(sqlite if on_sqlite else postgresql)


def know_verdicts(verdicts):
    listed = ", ".join(f"'{verdict}'" for verdict in verdicts)
    given = ", ".join(f"'{verdict}'" for verdict in ("pass", "scored", "fail", "return") if verdict in verdicts)
    checks = {
        op.f("ck_stage_value_verdict_known"): f"verdict IN ({listed})",
        op.f("ck_stage_value_appraiser_verdicts"): f"stage = 'self' OR verdict IN ({given})",
    }
    if op.get_bind().dialect.name == "postgresql":
        for name, condition in checks.items():
            op.drop_constraint(name, "stage_value", type_="check")
            op.create_check_constraint(name, "stage_value", condition)
        return
    with op.batch_alter_table("stage_value", copy_from=stage_value(checks), recreate="always"):
        pass
    set_guards(STAGE_GUARDS)


def stage_value(checks):
    """The whole table: a copy made from what SQLite tells of it would lose every CHECK."""
    return sa.Table(
        "stage_value",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("submission_number", sa.Integer(), nullable=False),
        sa.Column("indicator_code", sa.String(length=20), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.CheckConstraint(condition, name=name) for name, condition in checks.items()),
        sa.CheckConstraint("stage IN ('self', 'appraised', 'final')", name=op.f("ck_stage_value_stage_known")),
        sa.CheckConstraint(
            "figures = '{}' OR length(reason) > 0", name=op.f("ck_stage_value_difference_has_reason")
        ),
        sa.CheckConstraint(
            "verdict <> 'return' OR length(reason) > 0", name=op.f("ck_stage_value_return_has_reason")
        ),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_stage_value_assessment_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_stage_value_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_value")),
        sa.Index("ix_stage_value_assessment", "assessment_id", "submission_number"),
    )
