"""The `fieldapp` command. A command is imported only when it is asked for.

Each command is a function that takes its arguments and returns an exit code, so that a pure one
(such as `score evaluate`) starts without the web framework and the database.
"""

import io
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import cast

USAGE_ERROR = 2


@dataclass(frozen=True)
class Command:
    """`target` is "module:function"; the function takes a list of arguments, returns a code.

    `arguments` stand here as the function's own --help has them: listing them must not load every room.
    """

    target: str
    help: str
    arguments: str = ""

    def run(self, arguments: list[str]) -> int:
        module, _, function = self.target.partition(":")
        act = cast("Callable[[list[str]], int]", getattr(import_module(module), function))
        return act(arguments)


COMMANDS: Mapping[str, Command] = {
    "run": Command(
        "fieldapp.running:run",
        "serve until stopped: web, worker and sequencer",
        "[--host HOST] [--port PORT] [--web-workers WEB_WORKERS] [--threads THREADS] [--no-sequencer] [--cert CERT] [--key KEY]",
    ),
    "worker": Command(
        "fieldapp.running:worker",
        "run waiting jobs until stopped",
        "[--new-envelope-key] [--only ONLY]",
    ),
    "administrator": Command(
        "fieldapp.beginning:administrator",
        "make the first administrator, or let one in again",
        "[--organisation ORGANISATION] NAME",
    ),
    "import projects": Command(
        "fieldapp.importing:import_projects",
        "enter projects from a workbook, all or none",
        "[--dry-run] [--template OUT] [FILE]",
    ),
    "sequencer": Command(
        "fieldapp.running:sequencer", "seal the ledger until stopped", "[--rotate-key]"
    ),
    "demo": Command("fieldapp.demo.commands:demo", "fill an empty database with a demonstration"),
    "migration": Command(
        "fieldapp.migrating:migration", "write the next step of the tables", "WORDS"
    ),
    "database upgrade": Command(
        "fieldapp.rights:upgrade", "bring the tables up, as their owner, without serving"
    ),
    "database grants": Command(
        "fieldapp.rights:grants",
        "print what the roles of PostgreSQL may do, as SQL",
        "--web ROLE --sequencer ROLE",
    ),
    "doctor": Command("fieldapp.doctor:doctor", "say whether everything that this needs is well"),
    "jobs": Command(
        "fieldapp.queue_commands:jobs",
        "list jobs that were given up; try them anew",
        "[--retry [ID ...]]",
    ),
    "openapi": Command("fieldapp.describing:openapi", "write the API's description"),
    "ledger verify": Command(
        "fieldapp.verifying:verify",
        "check every entry, checkpoint, row and stored object",
        "[--bytes] [--trust FINGERPRINT] [--officers FILE]",
    ),
    "restore declare": Command(
        "fieldapp.restoring:declare",
        "say that an older database was put back, once it is there",
        "--reason REASON --words WORDS",
    ),
    "ledger witness": Command(
        "fieldapp.ledger.witness:witness",
        "keep watch over another machine's log",
        "[--state STATE] [--trust FINGERPRINT] [--every SECONDS] [--cosign KEYFILE] URL",
    ),
    "bundle export": Command(
        "fieldapp.bundles:export",
        "write evidence that proves itself to a file",
        "-o OUT [--full] [--purpose PURPOSE] [--passphrase-file FILE] SELECTION",
    ),
    "bundle verify": Command(
        "fieldapp.bundles:verify",
        "prove such a file, without a database",
        "[--trust FINGERPRINT] [--tsa FINGERPRINT] [--passphrase-file FILE] FILE",
    ),
    "bundle open": Command(
        "fieldapp.bundles:open_full", "decrypt a full one", "-o OUT [--passphrase-file FILE] FILE"
    ),
    "evidence inspect": Command(
        "fieldapp.evidence.inspecting:inspect",
        "say what intake would make of files",
        "[--c2pa-trust PEM] FILE [FILE ...]",
    ),
    "evidence compare": Command(
        "fieldapp.evidence.comparing_files:compare_files",
        "say whether two files are one picture",
        "FILE FILE",
    ),
    "evidence redact": Command(
        "fieldapp.redaction_command:redact_evidence",
        "delete the bytes of one evidence by law",
        "--reason REASON --words WORDS ID",
    ),
    "score evaluate": Command(
        "fieldapp.scoring.commands:evaluate", "make the sheet of a file of facts", "SCHEME FACTS"
    ),
}


def main() -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A name that is no text stands in JSON as its escape: valid, and every other line still comes.
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str], commands: Mapping[str, Command] = COMMANDS) -> int:
    """Run the command that the first words name; the rest are its arguments."""
    if not arguments or arguments[0] in ("-h", "--help"):
        sys.stdout.write(_usage(commands))
        return 0 if arguments else USAGE_ERROR
    # The longest name wins, so that a command may also have commands below it.
    for length in range(len(arguments), 0, -1):
        command = commands.get(" ".join(arguments[:length]))
        if command:
            return command.run(arguments[length:])
    below = {name: c for name, c in commands.items() if name.startswith(f"{arguments[0]} ")}
    if not below or len(arguments) > 1:
        sys.stderr.write(f"no such command: {' '.join(arguments[: 2 if below else 1])}\n\n")
    sys.stderr.write(_usage(below or commands))
    return USAGE_ERROR


def _usage(commands: Mapping[str, Command]) -> str:
    lines = [
        f"  {name} {command.arguments}".rstrip() + f"\n      {command.help}"
        for name, command in commands.items()
    ]
    return "\n".join(["usage: fieldapp COMMAND ...", "", *lines, ""])


if __name__ == "__main__":
    main()
