"""Starts and stops the measured programs, and reads their resource usage."""

import os
import signal
import subprocess
from pathlib import Path

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
SECONDS_TO_END = 20


class Failed(Exception):
    """A precondition of the benchmark failed."""


class Process:
    """A background process. The end of the `with` block stops it by its process id."""

    stop_signal = signal.SIGTERM

    def start(self, arguments, log, **options):
        self.log = Path(log)
        with open(self.log, "ab") as file:
            options.setdefault("stdout", file)
            self.process = subprocess.Popen(arguments, stderr=file, stdin=subprocess.DEVNULL, **options)

    @property
    def pid(self):
        return self.process.pid

    def check(self):
        """Raises an error if the process has ended."""
        if self.process.poll() is not None:
            raise Failed(f"{self.process.args[0]} ended:\n{self.log.read_text(errors='replace')[-2000:]}")

    def memory(self):
        """Resident bytes of the process, without its children."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * PAGE_BYTES

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(SECONDS_TO_END)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def wait_until_ready(self):
        """Waits until the program is ready."""

    def __enter__(self):
        try:
            self.wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()


def run(arguments, **options):
    """Runs a program and returns its output."""
    done = subprocess.run(arguments, capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        raise Failed(f"{' '.join(map(str, arguments))}:\n{done.stdout}{done.stderr}")
    return done.stdout


def seconds_of_all():
    """Processor seconds used by all processes of the machine."""
    user, nice, system, _idle, _wait, irq, softirq, stolen = map(
        int, Path("/proc/stat").read_text().splitlines()[0].split()[1:9])
    return (user + nice + system + irq + softirq + stolen) / TICKS_PER_SECOND


def seconds_of_ours():
    """Processor seconds of this process and its descendants, including children that have ended."""
    parents, ticks = {}, {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            pid = int(folder.name)
            parents[pid], ticks[pid] = int(fields[1]), sum(map(int, fields[11:15]))
    return sum(ticks[pid] for pid in ticks if descends(pid, parents)) / TICKS_PER_SECOND


def descends(pid, parents):
    while pid and pid != os.getpid():
        pid = parents.get(pid)
    return bool(pid)
