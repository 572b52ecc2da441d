"""Formats results as tables for the terminal and docs/performance.md, and as JSON."""

import json
import re
from dataclasses import dataclass, field

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
MEGABYTE = 1_000_000


@dataclass
class Section:
    """A title, table rows with named columns, and notes."""

    title: str
    rows: list
    notes: list = field(default_factory=list)
    failed: bool = False


def at_most(value, goal, unit=""):
    return f"≤ {goal:,}{unit}: {'reached' if value <= goal else 'missed'}"


def at_least(value, goal):
    return f"≥ {goal:,}: {'reached' if value >= goal else 'missed'}"


def shown(value):
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def table(rows):
    """The rows as a Markdown table. Its columns are those of all rows, in the order of their first appearance."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    lines = [columns, *([shown(row.get(name, "")) for name in columns] for row in rows)]
    widths = [max(3, *(len(line[i]) for line in lines)) for i in range(len(columns))]
    texts = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |" for line in lines]
    texts.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(texts)


def markdown(section):
    parts = [f"### {section.title}"]
    if section.rows:
        parts.append(table(section.rows))
    return "\n\n".join(parts + section.notes) + "\n"


def as_json(about, sections):
    return json.dumps({"about": about, "sections": [vars(section) for section in sections]},
                      indent=2, ensure_ascii=False)


def write(path, about, sections):
    """Replaces the text between the two markers of the file, and keeps the rest."""
    measured = "\n".join([table([{"": name, "measured with": value} for name, value in about.items()]) + "\n",
                          *map(markdown, sections)])
    old = path.read_text(encoding="utf-8")
    between = re.compile(f"{re.escape(BEGIN)}.*{re.escape(END)}", re.DOTALL)
    new = between.sub(lambda _: f"{BEGIN}\n{measured}\n{END}", old)
    path.write_text(new, encoding="utf-8")
