#!/bin/sh
# The pipeline that pgferry replaced, for measuring against: three artefacts the way hosts made them.
# Usage: PGDATABASE=… old-backup.sh DIRECTORY
set -eu
out=$1 db=$PGDATABASE
mkdir -p "$out"
pg_dump -Fc -f "$out/$db.dump"
pg_dump -Fp --no-owner --no-acl --clean --if-exists | gzip -c >"$out/$db.gz"
gzip -dc "$out/$db.gz" | perl -pe 's/[\w._+-]+\@[\w._-]+\.[\w_-]+/nobody\@example.com/g' | gzip -c >"$out/$db.anon.gz"
