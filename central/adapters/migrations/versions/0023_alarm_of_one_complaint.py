"""An alarm of an overdue complaint names the complaint: numbers on slips begin anew every day."""

from alembic import op

revision = "0023_alarm_of_one_complaint"
down_revision = "0022_retention"
branch_labels = None
depends_on = None

_ALL = "SELECT event, site, ticket FROM complaints UNION ALL SELECT event, site, ticket FROM centre_complaints"
_CLEAR = """
    UPDATE alarms SET cleared_at = CURRENT_TIMESTAMP
    WHERE kind = 'complaint_overdue' AND cleared_at IS NULL
"""
# Which of two of one number an alarm was of nobody can tell: what the province has not answered is
# what there must be an alarm of.
_RAISE = f"""
    INSERT INTO alarms (kind, device, detail, raised_at)
    SELECT 'complaint_overdue', known.site, cases.complaint, steps."at"
    FROM complaint_cases AS cases
    JOIN ({_ALL}) AS known ON known.event = cases.complaint
    JOIN complaint_steps AS steps
        ON steps.complaint = cases.complaint AND steps.kind = 'escalated'
    WHERE cases.level = 'province' AND cases.state <> 'answered'
"""  # noqa: S608 - nothing in it comes from outside
_BY_NUMBER = f"""
    UPDATE alarms SET detail = coalesce(
        (SELECT known.ticket FROM ({_ALL}) AS known
         WHERE known.event = alarms.detail AND known.ticket <> ''),
        detail
    )
    WHERE kind = 'complaint_overdue' AND cleared_at IS NULL
"""  # noqa: S608 - nothing in it comes from outside


def upgrade() -> None:
    op.execute(_CLEAR)
    op.execute(_RAISE)


def downgrade() -> None:
    op.execute(_BY_NUMBER)
