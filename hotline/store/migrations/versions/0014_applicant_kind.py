"""Whether a person or an enterprise applies, as the form or the item says."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("errand_order", sa.Column("applicant_kind", sa.String(24), nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("errand_order", "applicant_kind")
