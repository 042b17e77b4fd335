"""The list of our commands. Loaded when a command is asked for: a server that answers requests never needs it."""

from __future__ import annotations

from typing import Final

import click

from ruraldx.accounts.commands import group as accounts
from ruraldx.assessments.commands import rounds
from ruraldx.assessments.score_commands import score
from ruraldx.audit.commands import group as audit
from ruraldx.catalog_commands import catalog
from ruraldx.criteria_sets.commands import COMMANDS as OF_CRITERIA_SETS
from ruraldx.demo.commands import group as demo
from ruraldx.docs import docs
from ruraldx.doctor import doctor
from ruraldx.places.commands import group as places

for _command in OF_CRITERIA_SETS:
    catalog.add_command(_command)

COMMANDS: Final[tuple[click.Command, ...]] = (accounts, audit, catalog, demo, docs, doctor, places, rounds, score)
