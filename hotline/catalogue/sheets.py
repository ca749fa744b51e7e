"""The catalogue as a table, XLSX or CSV, in the provincial platform's columns: out and in without loss."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeAlias
from zipfile import BadZipFile

from hotline.catalogue.catalogue import Catalogue, Item, parse_item
from hotline.catalogue.check import refuse_faults
from hotline.catalogue.columns import COLUMNS, cells_of, row_from
from hotline.errors import CatalogueFault
from hotline.profile import HallProfile

Row: TypeAlias = tuple[int, dict[str, str]]  # number as a spreadsheet shows it, cells by column name
KINDS = (".xlsx", ".csv")
LARGEST = 50_000_000  # bytes; a catalogue of 1,864 items has one
ADVICE = (
    "# 一行一个事项，第一行列名不要改。把光标放在列名上看怎么填（CSV 看 docs/catalogue.md）；列表用；隔开。"
    "改完运行 ./paotuan catalogue import 文件，有错会说出第几行。"
)
_FORMULA = ("=", "+", "-", "@")  # spreadsheets would compute a cell that begins so
_WIDE = {"name": 40, "materials": 50, "questions": 60, "who_may_act": 40, "aliases": 80, "department": 24, "parent": 30}


def write_sheet(file: Path, catalogue: Catalogue, items: Iterable[Item]) -> int:
    """Write items to an XLSX or CSV file; the number of rows. The file appears whole or not at all."""
    if file.suffix.lower() not in KINDS:
        raise CatalogueFault(f"文件名要以 .xlsx 或 .csv 结尾，现在是 {file.name}。")
    rows = [cells_of(catalogue, item) for item in items]
    draft = file.with_name(f".{file.stem}.part{file.suffix}")
    try:
        (_write_xlsx if file.suffix.lower() == ".xlsx" else _write_csv)(draft, rows)
        draft.replace(file)
    except OSError as error:
        raise CatalogueFault(f"写不了 {file}：{error.strerror}。") from error
    finally:
        draft.unlink(missing_ok=True)
    return len(rows)


def _write_csv(file: Path, rows: list[list[str]]) -> None:
    with file.open("w", encoding="utf-8-sig", newline="") as target:  # Excel needs the mark to see UTF-8
        writer = csv.writer(target)
        writer.writerow([ADVICE])
        writer.writerow([column.name for column in COLUMNS])
        writer.writerows([[_shielded(cell) for cell in row] for row in rows])


def _shielded(cell: str) -> str:
    return f"'{cell}" if cell.lstrip("'").startswith(_FORMULA) else cell


def _unshielded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(_FORMULA) else cell


def _write_xlsx(file: Path, rows: list[list[str]]) -> None:
    import openpyxl
    from openpyxl.comments import Comment
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "事项目录"
    sheet.freeze_panes = "C2"
    for number, column in enumerate(COLUMNS, start=1):
        head = sheet.cell(1, number, column.name)
        head.font = Font(bold=True)
        advice = column.advice if number > 1 else f"{ADVICE.lstrip('# ')}\n{column.advice}"
        head.comment = Comment(advice, "paotuan", height=120, width=320)
        sheet.column_dimensions[get_column_letter(number)].width = _WIDE.get(column.field, 14)
    for line, row in enumerate(rows, start=2):
        for number, text in enumerate(row, start=1):
            if text:
                cell = sheet.cell(line, number)
                cell.number_format = "@"
                cell.value, cell.data_type = text, "s"  # text, also when it looks like a number or a formula
    book.save(file)


def read_sheet(file: Path, profile: HallProfile) -> Catalogue:
    """The catalogue of a table; raises CatalogueFault with file, row and reason of every fault."""
    if not file.is_file():
        raise CatalogueFault(f"找不到文件：{file}。")
    if file.suffix.lower() not in KINDS:
        raise CatalogueFault(f"{file.name} 不是 .xlsx 或 .csv 文件。")
    if file.stat().st_size > LARGEST:
        raise CatalogueFault(f"{file.name} 太大了，不像是事项目录。")
    rows = list(_xlsx_rows(file) if file.suffix.lower() == ".xlsx" else _csv_rows(file))
    if not rows:
        raise CatalogueFault(f"{file.name} 里没有事项。")
    items, places, faults = [], [], []
    for number, cells in rows:
        place = f"{file.name} 第{number}行"
        row, reasons = row_from(cells, profile)
        if not reasons:
            try:
                items.append(parse_item(row))
                places.append(place)
            except ValueError as error:
                reasons = [str(error)]
        faults += [f"{place}（{cells.get('事项名称') or '没有名称'}）：{reason}。" for reason in reasons]
    refuse_faults(faults)
    return Catalogue(items, profile, places)


def _csv_rows(file: Path) -> Iterator[Row]:
    raw = file.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = raw.decode("gb18030")
        except UnicodeDecodeError as error:
            raise CatalogueFault(f"{file.name} 不是 UTF-8 或 GB18030 编码的 CSV。") from error
    try:
        lines = list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error as error:
        raise CatalogueFault(f"{file.name} 不是 CSV：{error}。") from error
    yield from _table(file, ([_unshielded(cell.strip()) for cell in line] for line in lines))


def _xlsx_rows(file: Path) -> Iterator[Row]:
    import openpyxl

    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        lines = [[_cell(value) for value in line] for line in book.worksheets[0].iter_rows(values_only=True)]
    except (BadZipFile, KeyError, ValueError, IndexError, OSError, SyntaxError) as error:  # the last: XML
        raise CatalogueFault(f"{file.name} 读不出表格，请另存为 XLSX 或 CSV 再导入。") from error
    book.close()
    yield from _table(file, lines)


def _cell(value: object) -> str:
    """A spreadsheet gives 3 days back as 3.0, and a truth as TRUE."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value if value is not None else "").strip()


def _table(file: Path, lines: Iterable[list[str]]) -> Iterator[Row]:
    """Rows by column name; empty ones and those for the keeper (#) are left out."""
    head: list[str] | None = None
    for number, line in enumerate(lines, start=1):
        if not any(line) or line[0].startswith("#"):
            continue
        if head is None:
            head = line
            _check_head(file, number, head)
            continue
        if len(line) > len(head) and any(line[len(head) :]):
            raise CatalogueFault(f"{file.name} 第{number}行：比列名多出几格，是不是引号没有成对？")
        yield number, dict.fromkeys(head, "") | dict(zip(head, line, strict=False))


def _check_head(file: Path, number: int, head: list[str]) -> None:
    missing = [column.name for column in COLUMNS if column.name not in head]
    unknown = [name for name in head if name and name not in {column.name for column in COLUMNS}]
    twice = sorted({name for name in head if name and head.count(name) > 1})
    faults = [
        f"{file.name} 第{number}行：{what}{'、'.join(names)}。"
        for what, names in (("缺少列：", missing), ("不认识的列：", unknown), ("列写了两遍：", twice))
        if names
    ]
    refuse_faults(faults)
