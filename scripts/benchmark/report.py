"""Turns what was measured into tables: for the terminal, as JSON, and for docs/performance.md."""

import json
import re
from dataclasses import dataclass, field

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
MEGABYTE = 1_000_000


@dataclass
class Section:
    """A heading, a table whose rows name their columns, and what a reader must know of it."""

    title: str
    rows: list
    notes: list = field(default_factory=list)
    failed: bool = False


def at_most(value, goal, unit=""):
    return f"≤ {goal:g}{unit}: {'reached' if value <= goal else 'missed'}"


def at_least(value, goal):
    return f"≥ {goal:g}: {'reached' if value >= goal else 'missed'}"


def shown(value):
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def table(rows):
    """Rows as Markdown; a column that any row has, in the order of their appearance."""
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
    """Puts the figures between the two marks of the file; what people wrote around them stays."""
    measured = "\n".join([table([{"": name, "measured with": value} for name, value in about.items()]) + "\n",
                          *map(markdown, sections)])
    old = path.read_text(encoding="utf-8")
    between = re.compile(f"{re.escape(BEGIN)}.*{re.escape(END)}", re.DOTALL)
    new = between.sub(lambda _: f"{BEGIN}\n{measured}\n{END}", old)
    path.write_text(new, encoding="utf-8")
