"""Which assessments a person may see, as SQL."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, or_

from ruraldx.accounts.permissions import PERMISSIONS, Principal
from ruraldx.assessments.models import Assessment


def within_reach(principal: Principal, permission: str = "assessment.read") -> ColumnElement[bool]:
    """Rows whose unit lies in the reach of the roles that hold ``permission``; nothing for anybody else."""
    paths = principal.reach(*PERMISSIONS[permission].roles) if PERMISSIONS[permission].roles else ()
    if not paths:
        return false()
    return or_(*(Assessment.unit_path.startswith(path, autoescape=True) for path in sorted(set(paths))))
