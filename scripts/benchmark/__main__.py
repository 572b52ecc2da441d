"""Runs the benchmarks, prints the results and writes them to docs/performance.md."""

import argparse
import pathlib
import signal
import sys
import tempfile
import time

import authoring_cases
import beside_import
import campaign_cases
import delivery_cases
import first_figures
import load_cases
import machine
import report
import reporting_cases
import scale_cases
from context import FULL, QUICK, Bench
from processes import Failed

CASES = {
    "start": first_figures.start,
    "import": first_figures.import_,
    "page": first_figures.page,
    "memory": first_figures.memory,
    "list": load_cases.list_,
    "channel": load_cases.channel,
    "page-1000": load_cases.page_1000,
    "not-modified": load_cases.not_modified,
    "gzip": load_cases.gzip,
    "tokens": load_cases.tokens,
    "oauth1": load_cases.signed,
    "grant": load_cases.grant,
    "saves": authoring_cases.saves,
    "search": authoring_cases.search,
    "search-index": authoring_cases.search_index,
    "rare-words": authoring_cases.rare_words,
    "web": authoring_cases.web,
    "beside-import": beside_import.beside_import,
    "beside-small-imports": beside_import.beside_small_imports,
    "events": reporting_cases.events,
    "reports": reporting_cases.reports,
    "campaigns": campaign_cases.accept,
    "sending": campaign_cases.send,
    "callbacks": campaign_cases.callbacks,
    "lanes": campaign_cases.lanes,
    "deliveries": delivery_cases.deliveries,
    "nodes": scale_cases.nodes,
    "deep": scale_cases.deep,
    "million": scale_cases.million,
    "accounts": scale_cases.accounts,
}
REPORT = pathlib.Path("docs/performance.md")


def arguments():
    parser = argparse.ArgumentParser(
        prog="./scripts/bench", usage="%(prog)s [OPTION]…", add_help=False,
        epilog=f"cases: {', '.join(CASES)}. A complete run takes about 80 minutes and 15 GB of temporary space.")
    option = parser.add_argument
    option("--quick", action="store_true", help="use short rounds and less data, to check that everything works")
    option("--only", action="append", choices=CASES, metavar="CASE",
           help="run one case (can be repeated), and write no file")
    option("--json", action="store_true", help="print JSON instead of tables")
    option("--no-write", action="store_true", help="do not change docs/performance.md")
    option("--help", action="help", help="print this help")
    option("--program", required=True, type=lambda path: pathlib.Path(path).resolve(), help=argparse.SUPPRESS)
    return parser.parse_args()


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def measure(options, size):
    """Returns all sections; prints each as soon as it is complete."""
    # The user that PostgreSQL runs as must be able to read the files of the servers.
    with tempfile.TemporaryDirectory(prefix="outbound-bench-") as folder:
        pathlib.Path(folder).chmod(0o711)
        with Bench(options.program, pathlib.Path(folder), size, say) as bench:
            sections = []
            for name in options.only or CASES:
                say(name)
                sections.append(section(name, bench))
                if not options.json:
                    print(report.markdown(sections[-1]), flush=True)
            return machine.about(bench, options.program, size), sections


def section(name, bench):
    """Runs one case. A failure does not stop the other cases."""
    try:
        return CASES[name](bench)
    except Failed as failure:
        say(failure)
        return report.Section(name, [], ["Failed: the case could not be measured."], failed=True)


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    about, sections = measure(options, QUICK if options.quick else FULL)
    if options.json:
        print(report.as_json(about, sections))
    if not (options.no_write or options.only):
        report.write(REPORT, about, sections)
        say(f"wrote {REPORT}")
    sys.exit(any(section.failed for section in sections))


main()
