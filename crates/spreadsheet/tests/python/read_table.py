"""Reads a CSV or XLSX file with libraries that Outbound does not use, and prints its content as JSON."""

import csv
import json
import sys

import openpyxl
from openpyxl.utils.escape import unescape


def read_csv(path):
    with open(path, newline="", encoding="utf-8-sig") as file:
        return list(csv.reader(file, strict=True))


def read_xlsx(path):
    workbook = openpyxl.load_workbook(path)
    return [read_sheet(sheet) for sheet in workbook.worksheets]


def read_sheet(sheet):
    # Only the cells that the file contains: a loop over all rows of a full sheet would take seconds.
    cells = {cell.coordinate: read_cell(cell) for cell in sheet._cells.values()}
    widths = {name: column.width for name, column in sheet.column_dimensions.items()}
    return {"name": sheet.title, "frozen": sheet.freeze_panes, "widths": widths, "cells": cells}


def read_cell(cell):
    value = cell.value.isoformat() if cell.is_date else cell.value
    if isinstance(value, str):
        value = unescape(value)  # _x000D_ is a carriage return (ECMA-376, ST_Xstring); openpyxl leaves this to us
    return {"type": cell.data_type, "value": value, "format": cell.number_format, "bold": cell.font.b}


read = {"csv": read_csv, "xlsx": read_xlsx}[sys.argv[1]]
json.dump(read(sys.argv[2]), sys.stdout)
