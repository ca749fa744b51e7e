"""The audit log at the desk, for administrators."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from connectors.keys import HALL
from desk.login import Seat, seated
from desk.times import iso
from hotline.errors import InvalidInput
from hotline.hall import Hall
from hotline.permissions import Permission

ACTS = {
    "take": "接手", "reply": "回复", "give-back": "交还助手", "close": "结束", "put-back": "退回", "transfer": "转交",
    "notes": "备注", "settle": "确定事项", "item": "教说法", "phone": "看了电话", "assign": "派单", "reassign": "改派",
    "reschedule": "改时间地点", "reopen": "重新打开", "cancel": "取消", "done": "办结", "attempt": "打电话", "change": "新建或修改",
    "answer": "核实", "accept": "采纳", "reject": "不采纳", "live": "上线", "undo": "撤销上线", "confirm": "确认", "link": "发个人链接",
    "reset": "重置密码", "role": "改角色", "import": "导入", "repeat": "再发一次", "ticket": "答复工单", "handovers": "交接材料",
    "deferred": "补交材料", "responsible": "接手负责", "letter": "写委托书", "revoke": "撤销委托书", "photos": "存照片", "edit": "修改",
    "clear": "清除", "interest": "利害关系回避", "no-interest": "撤回回避", "see-letter": "看了委托书", "see-change": "看了", "export": "导出", "blast": "看影响",
}  # fmt: skip
SUBJECTS = {
    "orders": "订单", "conversations": "对话", "follow-ups": "投诉回访", "verification": "核实", "proposals": "新说法", "runners": "跑手",
    "staff": "账号", "profile": "大厅资料", "catalogue": "事项目录", "outgoing": "通知", "market-days": "赶场天", "papers": "材料", "photos": "照片", "calls": "来电",
    "telephone": "演练电话",
}  # fmt: skip


def routes() -> list[web.AbstractRouteDef]:
    """The JSON of the audit log."""
    return [web.get("/desk/audit", audit)]


@seated(Permission.AUDIT)
async def audit(request: web.Request, seat: Seat) -> web.Response:
    """Who saw and changed what, newest first; `subject` and `id` narrow it."""
    hall, query = request.app[HALL], request.query
    before = query.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) < 16):
        raise InvalidInput("before 应当是数字。")
    page, subject, subject_id = int(before) if before else None, query.get("subject", ""), query.get("id", "")
    return web.json_response(await hall.read(lambda s: _list(hall, s, page, subject, subject_id)))


def _list(hall: Hall, session: Session, before: int | None, subject: str, subject_id: str) -> dict[str, Any]:
    rows = hall.audit.newest(session, before=before, subject=subject, subject_id=subject_id)
    entries = [
        {"id": entry.id, "at": iso(entry.at), "who": name, "act": ACTS.get(entry.act, entry.act),
         "subject": entry.subject, "subject_label": SUBJECTS.get(entry.subject, entry.subject), "subject_id": entry.subject_id}
        for entry, name in rows
    ]  # fmt: skip
    return {"entries": entries, "subjects": list(SUBJECTS.items())}
