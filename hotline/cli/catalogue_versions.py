"""`paotuan catalogue`: tables in and out, and which version of the catalogue is live."""

from __future__ import annotations

import getpass
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from hotline.catalogue.blast import Blast, Probe, blast_radius, remember_encodings
from hotline.catalogue.catalogue import Catalogue, Item, read_catalogue
from hotline.catalogue.changes import Difference, compare
from hotline.catalogue.columns import COLUMNS
from hotline.catalogue.live import open_version
from hotline.catalogue.results import LookupResult
from hotline.catalogue.sheets import read_sheet, write_sheet
from hotline.cli.options import AsJson, DataDir, open_hall
from hotline.clock import local
from hotline.errors import InvalidInput
from hotline.evaluation.cases import read_lookup_cases
from hotline.hall import Hall
from hotline.settings import ROOT

console = Console()
FILES, LIVE = "files", "live"
EVALUATION = ROOT / "tests" / "lookup" / "evaluation.tsv"
MOST_LINES = 60  # of one list on the screen; --json has all
LABELS = {column.field: column.name for column in COLUMNS}
Who = Annotated[str | None, typer.Option("--by", help="谁做的，默认是登录名。")]
Which = Annotated[str, typer.Argument(help="版本号；files 是目录文件，live 是在用的版本。")]


def register(app: typer.Typer) -> None:
    """Add these verbs to `paotuan catalogue`."""
    app.command("export")(export)
    app.command("import")(import_table)
    app.command("versions")(versions)
    app.command("diff")(diff)
    app.command("blast")(blast)
    app.command("go-live")(go_live)
    app.command("undo")(undo)


def export(
    file: Annotated[Path, typer.Argument(help="写到哪个文件：.xlsx 或 .csv。")],
    zone: Annotated[str | None, typer.Option(help="只导出一个专区，例如 police。")] = None,
    version: Annotated[str, typer.Option(help="版本号；files 是目录文件，live 是在用的版本。")] = LIVE,
    data_dir: DataDir = None,
) -> None:
    """导出成表格（省平台的栏目），改好以后用 import 导回来。"""
    hall = open_hall(data_dir)
    catalogue = _catalogue(hall, version)
    key = _zone(hall, zone)
    number = write_sheet(file, catalogue, [item for item in catalogue if key in (None, item.zone)])
    console.print(f"写好了：{file}，{number} 项。")


def import_table(
    file: Annotated[Path, typer.Argument(help=".xlsx 或 .csv 表格，或放着专区 .yml 文件的文件夹。")],
    zone: Annotated[str | None, typer.Option(help="表格里只有一个专区，其他专区照在用的版本。")] = None,
    note: Annotated[str, typer.Option(help="改了什么，给以后的人看。")] = "",
    by: Who = None,
    data_dir: DataDir = None,
) -> None:
    """导入一个新版本：全部检查通过才留下，go-live 以后才启用；有错就什么都不改。"""
    hall = open_hall(data_dir)
    profile = hall.profile
    catalogue = read_catalogue(profile, file, cache=None) if file.is_dir() else read_sheet(file, profile)
    if key := _zone(hall, zone):
        catalogue = _with_zone(hall.catalogue, catalogue, key)
    who = by or getpass.getuser()
    with hall.database.begin() as session:
        hall.versions.seed(session, read_catalogue(hall.profile), by=who)
        version, new = hall.versions.add(session, catalogue, hall.bundles, by=who, note=note or file.name)
        number = version.number
    if not new:
        console.print(f"和第 {number} 版一模一样，没有另存。")
        return
    difference = compare(hall.catalogue, catalogue)
    console.print(f"存成第 {number} 版，{len(catalogue)} 项；和在用的比：{_summary(difference)}。")
    console.print(f"先看影响：./paotuan catalogue blast {number}")
    console.print(f"再启用：./paotuan catalogue go-live {number}")


def _with_zone(live: Catalogue, table: Catalogue, zone: str) -> Catalogue:
    """The table's items in place of the live ones of a zone."""
    strange = [p for item, p in zip(table, table.places, strict=True) if item.zone != zone]
    if strange:
        raise InvalidInput(f"这些行不是“{live.profile.zones[zone].name}”的：{'、'.join(strange[:20])}。")
    parts: dict[str, list[tuple[Item, str]]] = {key: [] for key in live.profile.zones}
    for item, place in zip(live, live.places, strict=True):
        if item.zone != zone:
            parts[item.zone].append((item, place))
    parts[zone] = list(zip(table, table.places, strict=True))
    rows = [row for part in parts.values() for row in part]
    return Catalogue([item for item, _ in rows], live.profile, [place for _, place in rows])


def versions(as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """列出所有版本，哪一版在用。"""
    hall = open_hall(data_dir)
    with hall.database.read() as session:
        rows = [
            {
                "number": v.number, "live": v.live, "items": v.size, "made_by": v.made_by, "note": v.note,
                "made_at": local(v.made_at).isoformat("T", "seconds"), "digest": v.digest,
            }
            for v in hall.versions.all(session)
        ]  # fmt: skip
    if as_json:
        for row in rows:
            print(json.dumps(row, ensure_ascii=False))
        return
    table = Table()
    for column in ("版本", "在用", "事项", "时间", "谁", "说明"):
        table.add_column(column)
    for row in rows:
        made = str(row["made_at"])[:16].replace("T", " ")
        note, who = Text(str(row["note"])), Text(str(row["made_by"]))
        table.add_row(str(row["number"]), "●" if row["live"] else "", str(row["items"] or "已清理"), made, who, note)
    console.print(table)
    if not any(row["live"] for row in rows):
        console.print("数据库里没有在用的版本，用的是 data/catalogue 的文件。")


def diff(a: Which, b: Which = LIVE, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """比较两个版本：多了、少了、改了哪些事项和说法。"""
    hall = open_hall(data_dir)
    difference = compare(_catalogue(hall, a), _catalogue(hall, b))
    if as_json:
        print(json.dumps(difference.as_json(), ensure_ascii=False))
        return
    console.print(_summary(difference) + "。")
    _show_difference(difference)


def _show_difference(difference: Difference) -> None:
    lines = [Text(f"+ {item.code} {item.title}", "green") for item in difference.added]
    lines += [Text(f"- {item.code} {item.title}", "red") for item in difference.removed]
    for change in difference.changed:
        lines.append(Text(f"~ {change.after.code} {change.after.title}", "yellow"))
        for name, (was, now) in change.fields.items():
            lines.append(Text(f"    {LABELS[name]}：{_brief(was)} → {_brief(now)}"))
        lines += [Text(f"    + {alias}", "green") for alias in change.aliases_added]
        lines += [Text(f"    - {alias}", "red") for alias in change.aliases_removed]
    for line in lines:
        console.print(line)


def _brief(value: object) -> str:
    text = "；".join(value) if isinstance(value, list) else str(value)
    return "（空）" if value in (None, "", []) else text


def _summary(difference: Difference) -> str:
    if not difference:
        return "没有不同"
    added = sum(len(change.aliases_added) for change in difference.changed)
    removed = sum(len(change.aliases_removed) for change in difference.changed)
    return (
        f"多 {len(difference.added)} 项，少 {len(difference.removed)} 项，改 {len(difference.changed)} 项"
        f"（说法多 {added} 条、少 {removed} 条）"
    )


def go_live(number: int, by: Who = None, data_dir: DataDir = None) -> None:
    """启用一个版本；开着的大厅几秒钟内自动换上，不用重启。"""
    hall = open_hall(data_dir)
    with hall.database.begin() as session:
        files = read_catalogue(hall.profile)
        hall.versions.go_live(session, number, files, hall.bundles, by=by or getpass.getuser())
    console.print(f"第 {number} 版启用了，开着的大厅几秒钟内自动换上；要退回：./paotuan catalogue undo")


def undo(by: Who = None, data_dir: DataDir = None) -> None:
    """退回上一个在用的版本。"""
    hall = open_hall(data_dir)
    with hall.database.begin() as session:
        number = hall.versions.undo(session, by=by or getpass.getuser()).number
    console.print(f"退回第 {number} 版，开着的大厅几秒钟内自动换上。")


def blast(
    number: Which,
    sets: Annotated[list[Path] | None, typer.Option("--set", help="另外的评测集，可以给几个。")] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """启用前看影响：哪些话的答案会变，哪些事项会更难找到。"""
    hall = open_hall(data_dir)
    cases = [case for file in [EVALUATION, *(sets or [])] for case in read_lookup_cases(file)]
    probes = [Probe(case.number, case.text, case.accepts if case.accept else None) for case in cases]
    candidate = _catalogue(hall, number)
    cache = hall.settings.data_dir / "cache"
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("编码和比较", total=None)
        remember_encodings(hall.lookup)
        lookup = open_version(candidate, cache, before=hall.lookup)
        report = blast_radius(hall.lookup, lookup, probes, lambda n: progress.advance(task, n))
    if as_json:
        print(json.dumps(_blast_json(report), ensure_ascii=False))
    else:
        _show_blast(report)


def _show_blast(report: Blast) -> None:
    console.print(f"和在用的比：{_summary(report.difference)}。")
    console.print(f"试了 {report.tried} 句评测的话、{report.wordings} 条目录里的说法。")
    if report.left_out:
        console.print(f"[yellow]改动太大，还有 {report.left_out} 条说法没有试。[/yellow]")
    console.print(f"\n{len(report.shifts)} 句话的答案会变，其中 {report.worse} 句变差：")
    for shift in sorted(report.shifts, key=lambda shift: shift.verdict != "变差")[:MOST_LINES]:
        change = f"{_told(shift.before)} → {_told(shift.after)}"
        console.print(Text(f"  {shift.verdict} {shift.probe.name} {shift.probe.text}：{change}"))
    console.print(f"\n{len(report.losses)} 个事项会更难找到（前三名里找得到的句数）：")
    for loss in report.losses[:MOST_LINES]:
        examples = "；".join(loss.texts[:3])
        numbers = f"{loss.before} → {loss.after}（共{loss.of}句）"
        console.print(Text(f"  {loss.code} {loss.name}：{numbers}{examples}"))
    if not report.shifts and not report.losses:
        console.print("[green]没有影响。[/green]")


def _told(result: LookupResult) -> str:
    first = result.candidates[0].item.name if result.candidates else ""
    return result.decision.label if result.decision.value == "reject" else f"{result.decision.label}“{first}”"


def _blast_json(report: Blast) -> dict[str, object]:
    return {
        "difference": report.difference.as_json(),
        "tried": report.tried,
        "wordings": report.wordings,
        "left_out": report.left_out,
        "changed_answers": [
            {
                "id": s.probe.name, "text": s.probe.text, "verdict": s.verdict,
                "before": _told(s.before), "after": _told(s.after),
            }
            for s in report.shifts
        ],
        "lost_recall": [
            {
                "code": x.code, "name": x.name, "before": x.before, "after": x.after, "of": x.of,
                "texts": list(x.texts),
            }
            for x in report.losses
        ],
    }  # fmt: skip


def _zone(hall: Hall, zone: str | None) -> str | None:
    """The key of a zone given by key or name."""
    for key, one in hall.profile.zones.items():
        if zone in (key, one.name):
            return key
    if zone is None:
        return None
    raise InvalidInput(f"没有这个专区：{zone}。有：{'、'.join(hall.profile.zones)}。")


def _catalogue(hall: Hall, which: str) -> Catalogue:
    """The catalogue that a word on the command line means."""
    if which == LIVE:
        return hall.catalogue
    if which == FILES:
        return read_catalogue(hall.profile)
    if not which.isdigit():
        raise InvalidInput(f"“{which}”不是版本号；可以写数字、files 或 live。")
    with hall.database.read() as session:
        return hall.versions.read(session, int(which))
