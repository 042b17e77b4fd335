"""first schema

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Frozen copies of the guards that the models declare: (name, SQLite, PostgreSQL). A test compares both databases.
GUARDS = (
    (
        "audit_event_no_update",
        "CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event FOR EACH ROW WHEN 1 BEGIN SELECT RAISE(ABORT, 'ruraldx:audit_event_no_update'); END",
        "CREATE FUNCTION audit_event_no_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF true THEN RAISE EXCEPTION 'ruraldx:audit_event_no_update' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$; CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event FOR EACH ROW EXECUTE FUNCTION audit_event_no_update()",
    ),
    (
        "audit_event_no_delete",
        "CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event FOR EACH ROW WHEN 1 BEGIN SELECT RAISE(ABORT, 'ruraldx:audit_event_no_delete'); END",
        "CREATE FUNCTION audit_event_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF true THEN RAISE EXCEPTION 'ruraldx:audit_event_no_delete' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$; CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event FOR EACH ROW EXECUTE FUNCTION audit_event_no_delete()",
    ),
    (
        "criteria_version_no_update",
        "CREATE TRIGGER criteria_version_no_update BEFORE UPDATE ON criteria_version FOR EACH ROW WHEN 1 BEGIN SELECT RAISE(ABORT, 'ruraldx:criteria_version_no_update'); END",
        "CREATE FUNCTION criteria_version_no_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF true THEN RAISE EXCEPTION 'ruraldx:criteria_version_no_update' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$; CREATE TRIGGER criteria_version_no_update BEFORE UPDATE ON criteria_version FOR EACH ROW EXECUTE FUNCTION criteria_version_no_update()",
    ),
    (
        "criteria_version_no_delete",
        "CREATE TRIGGER criteria_version_no_delete BEFORE DELETE ON criteria_version FOR EACH ROW WHEN 1 BEGIN SELECT RAISE(ABORT, 'ruraldx:criteria_version_no_delete'); END",
        "CREATE FUNCTION criteria_version_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF true THEN RAISE EXCEPTION 'ruraldx:criteria_version_no_delete' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$; CREATE TRIGGER criteria_version_no_delete BEFORE DELETE ON criteria_version FOR EACH ROW EXECUTE FUNCTION criteria_version_no_delete()",
    ),
    (
        "submission_no_update",
        "CREATE TRIGGER submission_no_update BEFORE UPDATE ON submission FOR EACH ROW WHEN 1 BEGIN SELECT RAISE(ABORT, 'ruraldx:submission_no_update'); END",
        "CREATE FUNCTION submission_no_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF true THEN RAISE EXCEPTION 'ruraldx:submission_no_update' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$; CREATE TRIGGER submission_no_update BEFORE UPDATE ON submission FOR EACH ROW EXECUTE FUNCTION submission_no_update()",
    ),
    (
        "submission_no_delete",
        "CREATE TRIGGER submission_no_delete BEFORE DELETE ON submission FOR EACH ROW WHEN 1 BEGIN SELECT RAISE(ABORT, 'ruraldx:submission_no_delete'); END",
        "CREATE FUNCTION submission_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF true THEN RAISE EXCEPTION 'ruraldx:submission_no_delete' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$; CREATE TRIGGER submission_no_delete BEFORE DELETE ON submission FOR EACH ROW EXECUTE FUNCTION submission_no_delete()",
    ),
    (
        "stage_value_no_update",
        "CREATE TRIGGER stage_value_no_update BEFORE UPDATE ON stage_value FOR EACH ROW WHEN 1 BEGIN SELECT RAISE(ABORT, 'ruraldx:stage_value_no_update'); END",
        "CREATE FUNCTION stage_value_no_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF true THEN RAISE EXCEPTION 'ruraldx:stage_value_no_update' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$; CREATE TRIGGER stage_value_no_update BEFORE UPDATE ON stage_value FOR EACH ROW EXECUTE FUNCTION stage_value_no_update()",
    ),
    (
        "stage_value_no_delete",
        "CREATE TRIGGER stage_value_no_delete BEFORE DELETE ON stage_value FOR EACH ROW WHEN 1 BEGIN SELECT RAISE(ABORT, 'ruraldx:stage_value_no_delete'); END",
        "CREATE FUNCTION stage_value_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF true THEN RAISE EXCEPTION 'ruraldx:stage_value_no_delete' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$; CREATE TRIGGER stage_value_no_delete BEFORE DELETE ON stage_value FOR EACH ROW EXECUTE FUNCTION stage_value_no_delete()",
    ),
    (
        "decision_no_update",
        "CREATE TRIGGER decision_no_update BEFORE UPDATE ON decision FOR EACH ROW WHEN 1 BEGIN SELECT RAISE(ABORT, 'ruraldx:decision_no_update'); END",
        "CREATE FUNCTION decision_no_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF true THEN RAISE EXCEPTION 'ruraldx:decision_no_update' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$; CREATE TRIGGER decision_no_update BEFORE UPDATE ON decision FOR EACH ROW EXECUTE FUNCTION decision_no_update()",
    ),
    (
        "decision_no_delete",
        "CREATE TRIGGER decision_no_delete BEFORE DELETE ON decision FOR EACH ROW WHEN 1 BEGIN SELECT RAISE(ABORT, 'ruraldx:decision_no_delete'); END",
        "CREATE FUNCTION decision_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF true THEN RAISE EXCEPTION 'ruraldx:decision_no_delete' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$; CREATE TRIGGER decision_no_delete BEFORE DELETE ON decision FOR EACH ROW EXECUTE FUNCTION decision_no_delete()",
    ),
    (
        "answer_sealed_insert",
        "CREATE TRIGGER answer_sealed_insert BEFORE INSERT ON answer FOR EACH ROW WHEN NOT ((SELECT status FROM assessment WHERE id = NEW.assessment_id) = 'draft' OR ((SELECT status FROM assessment WHERE id = NEW.assessment_id) = 'returned' AND EXISTS (SELECT 1 FROM returned_indicator r JOIN assessment a ON a.id = r.assessment_id WHERE a.id = NEW.assessment_id AND r.indicator_code = NEW.indicator_code AND r.submission_number = a.submissions))) BEGIN SELECT RAISE(ABORT, 'ruraldx:answer_sealed_insert'); END",
        "CREATE FUNCTION answer_sealed_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT ((SELECT status FROM assessment WHERE id = NEW.assessment_id) = 'draft' OR ((SELECT status FROM assessment WHERE id = NEW.assessment_id) = 'returned' AND EXISTS (SELECT 1 FROM returned_indicator r JOIN assessment a ON a.id = r.assessment_id WHERE a.id = NEW.assessment_id AND r.indicator_code = NEW.indicator_code AND r.submission_number = a.submissions))) THEN RAISE EXCEPTION 'ruraldx:answer_sealed_insert' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$; CREATE TRIGGER answer_sealed_insert BEFORE INSERT ON answer FOR EACH ROW EXECUTE FUNCTION answer_sealed_insert()",
    ),
    (
        "answer_sealed_update",
        "CREATE TRIGGER answer_sealed_update BEFORE UPDATE ON answer FOR EACH ROW WHEN NOT ((SELECT status FROM assessment WHERE id = NEW.assessment_id) = 'draft' OR ((SELECT status FROM assessment WHERE id = NEW.assessment_id) = 'returned' AND EXISTS (SELECT 1 FROM returned_indicator r JOIN assessment a ON a.id = r.assessment_id WHERE a.id = NEW.assessment_id AND r.indicator_code = NEW.indicator_code AND r.submission_number = a.submissions))) BEGIN SELECT RAISE(ABORT, 'ruraldx:answer_sealed_update'); END",
        "CREATE FUNCTION answer_sealed_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT ((SELECT status FROM assessment WHERE id = NEW.assessment_id) = 'draft' OR ((SELECT status FROM assessment WHERE id = NEW.assessment_id) = 'returned' AND EXISTS (SELECT 1 FROM returned_indicator r JOIN assessment a ON a.id = r.assessment_id WHERE a.id = NEW.assessment_id AND r.indicator_code = NEW.indicator_code AND r.submission_number = a.submissions))) THEN RAISE EXCEPTION 'ruraldx:answer_sealed_update' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$; CREATE TRIGGER answer_sealed_update BEFORE UPDATE ON answer FOR EACH ROW EXECUTE FUNCTION answer_sealed_update()",
    ),
    (
        "answer_sealed_delete",
        "CREATE TRIGGER answer_sealed_delete BEFORE DELETE ON answer FOR EACH ROW WHEN NOT ((SELECT status FROM assessment WHERE id = OLD.assessment_id) = 'draft' OR ((SELECT status FROM assessment WHERE id = OLD.assessment_id) = 'returned' AND EXISTS (SELECT 1 FROM returned_indicator r JOIN assessment a ON a.id = r.assessment_id WHERE a.id = OLD.assessment_id AND r.indicator_code = OLD.indicator_code AND r.submission_number = a.submissions))) BEGIN SELECT RAISE(ABORT, 'ruraldx:answer_sealed_delete'); END",
        "CREATE FUNCTION answer_sealed_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT ((SELECT status FROM assessment WHERE id = OLD.assessment_id) = 'draft' OR ((SELECT status FROM assessment WHERE id = OLD.assessment_id) = 'returned' AND EXISTS (SELECT 1 FROM returned_indicator r JOIN assessment a ON a.id = r.assessment_id WHERE a.id = OLD.assessment_id AND r.indicator_code = OLD.indicator_code AND r.submission_number = a.submissions))) THEN RAISE EXCEPTION 'ruraldx:answer_sealed_delete' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$; CREATE TRIGGER answer_sealed_delete BEFORE DELETE ON answer FOR EACH ROW EXECUTE FUNCTION answer_sealed_delete()",
    ),
    (
        "document_sealed_insert",
        "CREATE TRIGGER document_sealed_insert BEFORE INSERT ON document FOR EACH ROW WHEN NOT ((SELECT status FROM assessment WHERE id = NEW.assessment_id) = 'draft' OR ((SELECT status FROM assessment WHERE id = NEW.assessment_id) = 'returned' AND EXISTS (SELECT 1 FROM returned_indicator r JOIN assessment a ON a.id = r.assessment_id WHERE a.id = NEW.assessment_id AND r.indicator_code = NEW.indicator_code AND r.submission_number = a.submissions))) BEGIN SELECT RAISE(ABORT, 'ruraldx:document_sealed_insert'); END",
        "CREATE FUNCTION document_sealed_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT ((SELECT status FROM assessment WHERE id = NEW.assessment_id) = 'draft' OR ((SELECT status FROM assessment WHERE id = NEW.assessment_id) = 'returned' AND EXISTS (SELECT 1 FROM returned_indicator r JOIN assessment a ON a.id = r.assessment_id WHERE a.id = NEW.assessment_id AND r.indicator_code = NEW.indicator_code AND r.submission_number = a.submissions))) THEN RAISE EXCEPTION 'ruraldx:document_sealed_insert' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$; CREATE TRIGGER document_sealed_insert BEFORE INSERT ON document FOR EACH ROW EXECUTE FUNCTION document_sealed_insert()",
    ),
    (
        "document_sealed_update",
        "CREATE TRIGGER document_sealed_update BEFORE UPDATE ON document FOR EACH ROW WHEN NOT ((SELECT status FROM assessment WHERE id = NEW.assessment_id) = 'draft' OR ((SELECT status FROM assessment WHERE id = NEW.assessment_id) = 'returned' AND EXISTS (SELECT 1 FROM returned_indicator r JOIN assessment a ON a.id = r.assessment_id WHERE a.id = NEW.assessment_id AND r.indicator_code = NEW.indicator_code AND r.submission_number = a.submissions))) BEGIN SELECT RAISE(ABORT, 'ruraldx:document_sealed_update'); END",
        "CREATE FUNCTION document_sealed_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT ((SELECT status FROM assessment WHERE id = NEW.assessment_id) = 'draft' OR ((SELECT status FROM assessment WHERE id = NEW.assessment_id) = 'returned' AND EXISTS (SELECT 1 FROM returned_indicator r JOIN assessment a ON a.id = r.assessment_id WHERE a.id = NEW.assessment_id AND r.indicator_code = NEW.indicator_code AND r.submission_number = a.submissions))) THEN RAISE EXCEPTION 'ruraldx:document_sealed_update' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$; CREATE TRIGGER document_sealed_update BEFORE UPDATE ON document FOR EACH ROW EXECUTE FUNCTION document_sealed_update()",
    ),
    (
        "document_sealed_delete",
        "CREATE TRIGGER document_sealed_delete BEFORE DELETE ON document FOR EACH ROW WHEN NOT ((SELECT status FROM assessment WHERE id = OLD.assessment_id) = 'draft' OR ((SELECT status FROM assessment WHERE id = OLD.assessment_id) = 'returned' AND EXISTS (SELECT 1 FROM returned_indicator r JOIN assessment a ON a.id = r.assessment_id WHERE a.id = OLD.assessment_id AND r.indicator_code = OLD.indicator_code AND r.submission_number = a.submissions))) BEGIN SELECT RAISE(ABORT, 'ruraldx:document_sealed_delete'); END",
        "CREATE FUNCTION document_sealed_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT ((SELECT status FROM assessment WHERE id = OLD.assessment_id) = 'draft' OR ((SELECT status FROM assessment WHERE id = OLD.assessment_id) = 'returned' AND EXISTS (SELECT 1 FROM returned_indicator r JOIN assessment a ON a.id = r.assessment_id WHERE a.id = OLD.assessment_id AND r.indicator_code = OLD.indicator_code AND r.submission_number = a.submissions))) THEN RAISE EXCEPTION 'ruraldx:document_sealed_delete' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$; CREATE TRIGGER document_sealed_delete BEFORE DELETE ON document FOR EACH ROW EXECUTE FUNCTION document_sealed_delete()",
    ),
    (
        "involvement_no_update",
        "CREATE TRIGGER involvement_no_update BEFORE UPDATE ON involvement FOR EACH ROW WHEN 1 BEGIN SELECT RAISE(ABORT, 'ruraldx:involvement_no_update'); END",
        "CREATE FUNCTION involvement_no_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF true THEN RAISE EXCEPTION 'ruraldx:involvement_no_update' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$; CREATE TRIGGER involvement_no_update BEFORE UPDATE ON involvement FOR EACH ROW EXECUTE FUNCTION involvement_no_update()",
    ),
    (
        "involvement_no_delete",
        "CREATE TRIGGER involvement_no_delete BEFORE DELETE ON involvement FOR EACH ROW WHEN 1 BEGIN SELECT RAISE(ABORT, 'ruraldx:involvement_no_delete'); END",
        "CREATE FUNCTION involvement_no_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF true THEN RAISE EXCEPTION 'ruraldx:involvement_no_delete' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$; CREATE TRIGGER involvement_no_delete BEFORE DELETE ON involvement FOR EACH ROW EXECUTE FUNCTION involvement_no_delete()",
    ),
    (
        "stage_value_by_involved",
        "CREATE TRIGGER stage_value_by_involved BEFORE INSERT ON stage_value FOR EACH ROW WHEN NEW.stage <> 'self' AND EXISTS (SELECT 1 FROM involvement i WHERE i.assessment_id = NEW.assessment_id AND i.person_id = NEW.recorded_by) BEGIN SELECT RAISE(ABORT, 'ruraldx:stage_value_by_involved'); END",
        "CREATE FUNCTION stage_value_by_involved() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.stage <> 'self' AND EXISTS (SELECT 1 FROM involvement i WHERE i.assessment_id = NEW.assessment_id AND i.person_id = NEW.recorded_by) THEN RAISE EXCEPTION 'ruraldx:stage_value_by_involved' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$; CREATE TRIGGER stage_value_by_involved BEFORE INSERT ON stage_value FOR EACH ROW EXECUTE FUNCTION stage_value_by_involved()",
    ),
    (
        "decision_by_involved",
        "CREATE TRIGGER decision_by_involved BEFORE INSERT ON decision FOR EACH ROW WHEN EXISTS (SELECT 1 FROM involvement i WHERE i.assessment_id = NEW.assessment_id AND i.person_id = NEW.recorded_by) BEGIN SELECT RAISE(ABORT, 'ruraldx:decision_by_involved'); END",
        "CREATE FUNCTION decision_by_involved() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM involvement i WHERE i.assessment_id = NEW.assessment_id AND i.person_id = NEW.recorded_by) THEN RAISE EXCEPTION 'ruraldx:decision_by_involved' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$; CREATE TRIGGER decision_by_involved BEFORE INSERT ON decision FOR EACH ROW EXECUTE FUNCTION decision_by_involved()",
    ),
)


def upgrade() -> None:
    # ### commands auto generated by Alembic - please adjust! ###
    op.create_table(
        "audit_event",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_key", sa.String(length=80), nullable=False),
        sa.Column("unit_path", sa.String(length=120), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit_event")),
    )
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.create_index(
            "ix_audit_event_subject", ["subject_type", "subject_key"], unique=False
        )

    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "criteria_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criteria_version")),
        sa.UniqueConstraint(
            "code", "number", name=op.f("uq_criteria_version_code_number")
        ),
        sa.UniqueConstraint("sha256", name=op.f("uq_criteria_version_sha256")),
    )
    op.create_table(
        "failed_login",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failed_login")),
    )
    with op.batch_alter_table("failed_login", schema=None) as batch_op:
        batch_op.create_index("ix_failed_login_email_at", ["email", "at"], unique=False)

    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_person_email_folded")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
    )
    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("full_name", sa.String(length=140), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("path", sa.String(length=120), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("legal_resolution", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("search_text", sa.String(length=300), nullable=False),
        sa.Column("sort_key", sa.String(length=600), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('province', 'municipality', 'city', 'town', 'urban_district', 'district', 'commune', 'ward', 'township', 'special_zone')",
            name=op.f("ck_unit_kind_known"),
        ),
        sa.CheckConstraint(
            "level IN ('province', 'district', 'commune')",
            name=op.f("ck_unit_level_known"),
        ),
        sa.CheckConstraint(
            "(lat IS NULL) = (lon IS NULL)", name=op.f("ck_unit_point_whole")
        ),
        sa.CheckConstraint(
            "lat IS NULL OR (lat BETWEEN 5 AND 24 AND lon BETWEEN 101 AND 119)",
            name=op.f("ck_unit_point_in_vietnam"),
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from",
            name=op.f("ck_unit_validity_in_order"),
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["unit.id"], name=op.f("fk_unit_parent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint(
            "code", "level", "valid_from", name=op.f("uq_unit_code_level_valid_from")
        ),
    )
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.create_index("ix_unit_parent_id", ["parent_id"], unique=False)
        batch_op.create_index("ix_unit_path", ["path"], unique=False)

    op.create_table(
        "login_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_login_session_person_id")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_login_session")),
    )
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.create_index("ix_login_session_person", ["person_id"], unique=False)

    op.create_table(
        "pilot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=30), nullable=False),
        sa.Column("status_note", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("unit_today_id", sa.Integer(), nullable=True),
        sa.Column("unit_path", sa.String(length=120), nullable=False),
        sa.Column("period", sa.String(length=60), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("point_quality", sa.String(length=20), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("noted_on", sa.Date(), nullable=True),
        sa.Column("search_text", sa.String(length=500), nullable=False),
        sa.Column("sort_key", sa.String(length=600), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('smart_commune', 'smart_village', 'ecommerce_commune', 'modern_commune')",
            name=op.f("ck_pilot_kind_known"),
        ),
        sa.CheckConstraint(
            "point_quality IN ('surveyed', 'estimated', 'commune')",
            name=op.f("ck_pilot_point_quality_known"),
        ),
        sa.CheckConstraint(
            "status IN ('proposed', 'piloting', 'operating', 'under_review', 'replicating', 'paused', 'ended')",
            name=op.f("ck_pilot_status_known"),
        ),
        sa.CheckConstraint(
            "(lat IS NULL) = (lon IS NULL)", name=op.f("ck_pilot_point_whole")
        ),
        sa.CheckConstraint(
            "(lat IS NULL) = (point_quality IS NULL)",
            name=op.f("ck_pilot_point_has_quality"),
        ),
        sa.CheckConstraint(
            "lat IS NULL OR (lat BETWEEN 5 AND 24 AND lon BETWEEN 101 AND 119)",
            name=op.f("ck_pilot_point_in_vietnam"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_pilot_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_today_id"], ["unit.id"], name=op.f("fk_pilot_unit_today_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot")),
        sa.UniqueConstraint("slug", name=op.f("uq_pilot_slug")),
    )
    op.create_table(
        "published_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("assessment_key", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("round_title", sa.String(length=300), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("criteria_code", sa.String(length=80), nullable=False),
        sa.Column("criteria_number", sa.Integer(), nullable=False),
        sa.Column("criteria_title", sa.String(length=300), nullable=False),
        sa.Column("criteria_sha256", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("decision_number", sa.String(length=100), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("signer", sa.String(length=120), nullable=False),
        sa.Column("criteria", sa.Text(), nullable=False),
        sa.Column("indicators", sa.Text(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawal_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('pass', 'fail')",
            name=op.f("ck_published_result_outcome_known"),
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawal_reason IS NULL)",
            name=op.f("ck_published_result_withdrawal_has_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_published_result_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_result")),
        sa.UniqueConstraint("key", name=op.f("uq_published_result_key")),
    )
    with op.batch_alter_table("published_result", schema=None) as batch_op:
        batch_op.create_index(
            "ix_published_result_assessment_key", ["assessment_key"], unique=False
        )
        batch_op.create_index("ix_published_result_unit", ["unit_id"], unique=False)

    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("granted_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "role IN ('commune_official', 'chairperson', 'appraiser', 'coordination', 'leader', 'administrator')",
            name=op.f("ck_role_grant_role_known"),
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from",
            name=op.f("ck_role_grant_dates_in_order"),
        ),
        sa.ForeignKeyConstraint(
            ["granted_by"], ["person.id"], name=op.f("fk_role_grant_granted_by")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_role_grant_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.create_index("ix_role_grant_person", ["person_id"], unique=False)

    op.create_table(
        "round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("province_id", sa.Integer(), nullable=False),
        sa.Column("province_path", sa.String(length=120), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("choices", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "period_to >= period_from", name=op.f("ck_round_period_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["person.id"], name=op.f("fk_round_opened_by")
        ),
        sa.ForeignKeyConstraint(
            ["province_id"], ["unit.id"], name=op.f("fk_round_province_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["criteria_version.id"], name=op.f("fk_round_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
        sa.UniqueConstraint("key", name=op.f("uq_round_key")),
    )
    op.create_table(
        "unit_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("predecessor_id", sa.Integer(), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("partial", sa.Boolean(), nullable=False),
        sa.Column("share", sa.String(length=40), nullable=True),
        sa.Column("legal_document", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "kind IN ('merge', 'split', 'rename', 'continue', 'change_of_kind')",
            name=op.f("ck_unit_change_kind_known"),
        ),
        sa.CheckConstraint(
            "predecessor_id <> successor_id", name=op.f("ck_unit_change_not_itself")
        ),
        sa.CheckConstraint(
            "share IS NULL OR (CAST(share AS NUMERIC) > 0 AND CAST(share AS NUMERIC) <= 1)",
            name=op.f("ck_unit_change_share_in_range"),
        ),
        sa.ForeignKeyConstraint(
            ["predecessor_id"], ["unit.id"], name=op.f("fk_unit_change_predecessor_id")
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["unit.id"], name=op.f("fk_unit_change_successor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_change")),
        sa.UniqueConstraint(
            "predecessor_id",
            "successor_id",
            name=op.f("uq_unit_change_predecessor_id_successor_id"),
        ),
    )
    with op.batch_alter_table("unit_change", schema=None) as batch_op:
        batch_op.create_index(
            "ix_unit_change_successor_id", ["successor_id"], unique=False
        )

    op.create_table(
        "assessment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("unit_path", sa.String(length=120), nullable=False),
        sa.Column("dimensions", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=30), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("submissions", sa.Integer(), nullable=False),
        sa.Column("required_count", sa.Integer(), nullable=False),
        sa.Column("answered_count", sa.Integer(), nullable=False),
        sa.Column("invalid_count", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appraiser_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(status IN ('decided', 'published')) = (decided_at IS NOT NULL)",
            name=op.f("ck_assessment_decided_has_time"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'awaiting_signature') OR submissions > 0",
            name=op.f("ck_assessment_sent_states_have_submission"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'awaiting_signature', 'awaiting_signature_again', 'sent', 'under_appraisal', 'returned', 'decided', 'published')",
            name=op.f("ck_assessment_status_known"),
        ),
        sa.CheckConstraint(
            "submissions >= 0 AND version >= 0",
            name=op.f("ck_assessment_counts_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["appraiser_id"], ["person.id"], name=op.f("fk_assessment_appraiser_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_assessment_round_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_assessment_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint("key", name=op.f("uq_assessment_key")),
        sa.UniqueConstraint(
            "round_id", "unit_id", name=op.f("uq_assessment_round_id_unit_id")
        ),
    )
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_assessment_status_sent_at", ["status", "sent_at"], unique=False
        )
        batch_op.create_index("ix_assessment_unit_path", ["unit_path"], unique=False)

    op.create_table(
        "answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("indicator_code", sa.String(length=20), nullable=False),
        sa.Column("field_code", sa.String(length=80), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_by", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_answer_version_positive")),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_answer_assessment_id")
        ),
        sa.ForeignKeyConstraint(
            ["updated_by"], ["person.id"], name=op.f("fk_answer_updated_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint(
            "assessment_id",
            "indicator_code",
            "field_code",
            name=op.f("uq_answer_assessment_id_indicator_code_field_code"),
        ),
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("signer", sa.String(length=120), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('pass', 'fail')", name=op.f("ck_decision_outcome_known")
        ),
        sa.CheckConstraint("length(number) > 0", name=op.f("ck_decision_number_given")),
        sa.CheckConstraint("length(signer) > 0", name=op.f("ck_decision_signer_given")),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_decision_assessment_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_decision_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("assessment_id", name=op.f("uq_decision_assessment_id")),
    )
    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("indicator_code", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("agency", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.String(length=500), nullable=False),
        sa.Column("page", sa.String(length=100), nullable=False),
        sa.Column("uploaded_by", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("size > 0", name=op.f("ck_document_size_positive")),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_document_assessment_id")
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by"], ["person.id"], name=op.f("fk_document_uploaded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("key", name=op.f("uq_document_key")),
    )
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.create_index("ix_document_assessment", ["assessment_id"], unique=False)
        batch_op.create_index("ix_document_sha256", ["sha256"], unique=False)

    op.create_table(
        "involvement",
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessment.id"],
            name=op.f("fk_involvement_assessment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_involvement_person_id")
        ),
        sa.PrimaryKeyConstraint(
            "assessment_id", "person_id", name=op.f("pk_involvement")
        ),
    )
    op.create_table(
        "returned_indicator",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("indicator_code", sa.String(length=20), nullable=False),
        sa.Column("submission_number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("returned_by", sa.Integer(), nullable=False),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fixed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "length(reason) > 0", name=op.f("ck_returned_indicator_reason_given")
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessment.id"],
            name=op.f("fk_returned_indicator_assessment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["returned_by"],
            ["person.id"],
            name=op.f("fk_returned_indicator_returned_by"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returned_indicator")),
        sa.UniqueConstraint(
            "assessment_id",
            "indicator_code",
            "submission_number",
            name=op.f(
                "uq_returned_indicator_assessment_id_indicator_code_submission_number"
            ),
        ),
    )
    op.create_table(
        "stage_value",
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
        sa.CheckConstraint(
            "stage = 'self' OR verdict IN ('pass', 'fail', 'return')",
            name=op.f("ck_stage_value_appraiser_verdicts"),
        ),
        sa.CheckConstraint(
            "stage IN ('self', 'appraised', 'final')",
            name=op.f("ck_stage_value_stage_known"),
        ),
        sa.CheckConstraint(
            "figures = '{}' OR length(reason) > 0",
            name=op.f("ck_stage_value_difference_has_reason"),
        ),
        sa.CheckConstraint(
            "verdict <> 'return' OR length(reason) > 0",
            name=op.f("ck_stage_value_return_has_reason"),
        ),
        sa.CheckConstraint(
            "verdict IN ('pass', 'fail', 'unverified', 'incomplete', 'error', 'not_applicable', 'manual', 'return')",
            name=op.f("ck_stage_value_verdict_known"),
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessment.id"],
            name=op.f("fk_stage_value_assessment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_stage_value_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_value")),
    )
    with op.batch_alter_table("stage_value", schema=None) as batch_op:
        batch_op.create_index(
            "ix_stage_value_assessment",
            ["assessment_id", "submission_number"],
            unique=False,
        )

    op.create_table(
        "submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("receipt", sa.String(length=40), nullable=False),
        sa.Column("idempotency_key", sa.String(length=64), nullable=False),
        sa.Column("manifest", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("signed_by", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessment.id"],
            name=op.f("fk_submission_assessment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["signed_by"], ["person.id"], name=op.f("fk_submission_signed_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint(
            "assessment_id", "number", name=op.f("uq_submission_assessment_id_number")
        ),
        sa.UniqueConstraint(
            "assessment_id",
            "idempotency_key",
            name=op.f("uq_submission_assessment_id_idempotency_key"),
        ),
        sa.UniqueConstraint("receipt", name=op.f("uq_submission_receipt")),
    )
    # ### end Alembic commands ###
    op.execute(
        "INSERT INTO audit_head (id, sequence, mac) VALUES (1, 0, '" + "0" * 64 + "')"
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    for _name, on_sqlite, on_postgresql in GUARDS:
        op.execute(
            sa.text((on_sqlite if sqlite else on_postgresql).replace(":", "\\:"))
        )


def downgrade() -> None:
    # ### commands auto generated by Alembic - please adjust! ###
    op.drop_table("submission")
    with op.batch_alter_table("stage_value", schema=None) as batch_op:
        batch_op.drop_index("ix_stage_value_assessment")

    op.drop_table("stage_value")
    op.drop_table("returned_indicator")
    op.drop_table("involvement")
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.drop_index("ix_document_sha256")
        batch_op.drop_index("ix_document_assessment")

    op.drop_table("document")
    op.drop_table("decision")
    op.drop_table("answer")
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.drop_index("ix_assessment_unit_path")
        batch_op.drop_index("ix_assessment_status_sent_at")

    op.drop_table("assessment")
    with op.batch_alter_table("unit_change", schema=None) as batch_op:
        batch_op.drop_index("ix_unit_change_successor_id")

    op.drop_table("unit_change")
    op.drop_table("round")
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.drop_index("ix_role_grant_person")

    op.drop_table("role_grant")
    with op.batch_alter_table("published_result", schema=None) as batch_op:
        batch_op.drop_index("ix_published_result_unit")
        batch_op.drop_index("ix_published_result_assessment_key")

    op.drop_table("published_result")
    op.drop_table("pilot")
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.drop_index("ix_login_session_person")

    op.drop_table("login_session")
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.drop_index("ix_unit_path")
        batch_op.drop_index("ix_unit_parent_id")

    op.drop_table("unit")
    op.drop_table("person")
    with op.batch_alter_table("failed_login", schema=None) as batch_op:
        batch_op.drop_index("ix_failed_login_email_at")

    op.drop_table("failed_login")
    op.drop_table("criteria_version")
    op.drop_table("audit_head")
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_event_subject")

    op.drop_table("audit_event")
    # ### end Alembic commands ###
    if op.get_bind().dialect.name == "postgresql":
        for name, _on_sqlite, _on_postgresql in GUARDS:
            op.execute(f"DROP FUNCTION {name}() CASCADE")
