"""Describes the machine and the versions of a run, without names or paths."""

import os
import platform
from datetime import date
from pathlib import Path

import nginx
from processes import run
from report import MEGABYTE


def about(bench, program, size):
    """The properties that are needed to compare results."""
    rows = {
        "date": date.today().isoformat(),
        "processor": f"{processor()}, {os.cpu_count()} cores",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / MEGABYTE / 1000:.0f} GB",
        "system": f"{system()}, Linux {platform.release().split('-')[0]}",
        "outbound": f"{run([program, '--version']).split()[1]}{commit()}",
        "rustc": run(["rustc", "--version"]).split()[1],
        "nginx": nginx.version(),
        "wrk": wrk(),
        "rounds": f"{size.rounds} of {size.seconds} s each{size.called}",
    }
    if "postgres" in bench.made:
        rows["PostgreSQL"] = bench.postgres().version()
    return rows


def processor():
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


def system():
    lines = Path("/etc/os-release").read_text().splitlines()
    return next((line.partition("=")[2].strip('"') for line in lines if line.startswith("PRETTY_NAME")), "?")


def commit():
    if not Path(".git").exists():
        return ""
    state = run(["git", "status", "--porcelain", "--untracked-files=no"]).strip()
    return f", commit {run(['git', 'rev-parse', '--short', 'HEAD']).strip()}{' with changes' if state else ''}"


def wrk():
    # For --version, wrk prints its help and exits with status 1.
    words = run(["sh", "-c", "wrk --version 2>&1 || true"]).split()
    return next((word for word in words if word[0].isdigit() or "/" in word), "unknown")
