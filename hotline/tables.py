"""Reading a table that somebody typed: CSV in either Chinese encoding, or XLSX, row by row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from zipfile import BadZipFile

from hotline.errors import InvalidInput

Row = tuple[int, dict[str, str]]  # number as a spreadsheet shows it, cells by column name
LARGEST = 20_000_000  # bytes


def read_table(file: Path) -> list[Row]:
    """The rows of a CSV (UTF-8 or GB18030) or XLSX file; empty rows are left out. Raises InvalidInput."""
    if not file.is_file():
        raise InvalidInput(f"找不到文件：{file}。")
    if file.stat().st_size > LARGEST:
        raise InvalidInput(f"文件 {file.name} 太大了，请分几次导入。")
    return list(_xlsx_rows(file) if file.suffix.lower() == ".xlsx" else _csv_rows(file))


def _csv_rows(file: Path) -> Iterator[Row]:
    raw = file.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", errors="replace")
    try:
        yield from _rows(csv.reader(io.StringIO(text, newline="")))
    except csv.Error as error:
        raise InvalidInput("这个文件读不出表格，请另存为 XLSX 或 CSV 再导入。") from error


def _xlsx_rows(file: Path) -> Iterator[Row]:
    import openpyxl

    try:
        sheet = openpyxl.load_workbook(file, read_only=True, data_only=True).worksheets[0]
    except (BadZipFile, KeyError, ValueError) as error:
        raise InvalidInput("这个文件读不出表格，请另存为 XLSX 或 CSV 再导入。") from error
    yield from _rows(sheet.iter_rows(values_only=True))


def _rows(rows: Iterable[Iterable[object]]) -> Iterator[Row]:
    lines = ([_cell(value) for value in row] for row in rows)
    head = next(lines, [])
    for number, line in enumerate(lines, start=2):
        if any(line):
            yield number, dict.fromkeys(head, "") | dict(zip(head, line, strict=False))


def _cell(value: object) -> str:
    """A spreadsheet gives a telephone number typed as a number back as 13800001234.0."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value if value is not None else "").strip()
