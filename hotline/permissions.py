"""What each role may do at the desk: one table."""

from __future__ import annotations

from hotline.vocabulary import Labelled, Role


class Permission(Labelled):
    """Something that not everybody at the desk may do."""

    SEE = "SEE", "查看"
    SEE_PHONE = "SEE_PHONE", "看完整电话"
    TALK = "TALK", "接待对话"
    ORDERS = "ORDERS", "下单、改单、派单"
    CALLBACKS = "CALLBACKS", "办理回访"
    VERIFY = "VERIFY", "核实事项"
    CATALOGUE = "CATALOGUE", "修改事项目录"
    TEAM = "TEAM", "管理跑手和赶场天"
    EXPORT = "EXPORT", "导出表格"
    REHEARSE = "REHEARSE", "演练电话"
    PEOPLE = "PEOPLE", "管理账号"
    PROFILE = "PROFILE", "确认大厅资料"
    AUDIT = "AUDIT", "查看操作记录"


_P = Permission
_EVERYBODY = frozenset({_P.SEE})
_WINDOW = _EVERYBODY | {_P.SEE_PHONE, _P.ORDERS, _P.CALLBACKS}
_HOTLINE = _WINDOW | {_P.TALK, _P.REHEARSE}
_LEAD = _HOTLINE | {_P.VERIFY, _P.CATALOGUE, _P.TEAM, _P.EXPORT}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(Permission),
    Role.LEAD_OFFICER: _LEAD,  # for orders, items and verification: of their own zone
    Role.HOTLINE: _HOTLINE,
    Role.COUNTER: _WINDOW | {_P.TALK},
    Role.VIEWER: _EVERYBODY,
}


def who_may(permission: Permission) -> frozenset[Role]:
    """The roles that have a permission."""
    return frozenset(role for role, permissions in PERMISSIONS.items() if permission in permissions)
