"""Several threads use the first statements of a process at once; what they get must not depend on who comes first."""

from __future__ import annotations

import subprocess
import sys

# Four threads that switch as often as can be make the first statement, then one is made that joins further.
RACE = """
import sys, threading
from sqlalchemy import select
from sqlalchemy.orm import aliased
from ruraldx.places import queries
from ruraldx.places.models import Unit
{undo}
sys.setswitchinterval(1e-6)
together = threading.Barrier(4)
def ask():
    together.wait()
    str(queries._select())
threads = [threading.Thread(target=ask) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
reached = queries._reached([1])
str(queries._select().join(reached, reached.c.unit_id == Unit.id).add_columns(reached.c.root))
"""
SHARED = """
shared = aliased(Unit)
queries._select = lambda: (
    select(*queries._columns(Unit, shared)).outerjoin(shared, shared.id == Unit.parent_id)
)
"""


def outcome(undo: str = "") -> str:
    """What a fresh process complains of."""
    done = subprocess.run([sys.executable, "-c", RACE.format(undo=undo)], capture_output=True, text=True, check=False)
    return done.stderr


def test_first_statements_of_several_threads_do_not_disturb_each_other() -> None:
    assert [outcome() for _ in range(4)] == [""] * 4


def test_the_switch_an_alias_that_threads_share_is_noticed() -> None:
    assert any("Can't determine which FROM clause" in outcome(SHARED) for _ in range(40))


def test_no_module_keeps_an_alias_for_all_threads() -> None:
    code = (
        "import sys, ruraldx.app; from sqlalchemy.orm.util import AliasedClass;"
        "ours = [module for key, module in sys.modules.items() if key.startswith('ruraldx')];"
        "print([m.__name__ for m in ours for value in vars(m).values() if isinstance(value, AliasedClass)])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
