#!/bin/bash
# Makes the archives of this directory: see README.md.
#   make.sh MAJOR ODDITIES.sql SITE.sql [ROOT]
# MAJOR is a PostgreSQL major version, whose programs are in /usr/lib/postgresql/MAJOR/bin, of this machine or, where
# ROOT names a directory that debootstrap made, of that root. Run as root; the server runs as the user postgres.
set -euo pipefail
major=$1 oddities=$2 site=$3 root=${4:-/}
here=$(cd "$(dirname "$0")" && pwd)
bin=/usr/lib/postgresql/$major/bin
work=$(mktemp -d "$root/tmp/archive.XXXXXX")
inside=${work#"${root%/}"}
chmod 755 "$work"
mkdir "$work/cluster"
in_root() { chroot --userspec=postgres:postgres "$root" env -i HOME=/tmp LC_ALL=C.UTF-8 PGHOST="$inside" PGUSER=postgres \
    PATH="$bin:/usr/bin:/bin" "$@"; }
chroot "$root" chown -R postgres:postgres "$inside"
stop() { in_root pg_ctl -D "$inside/cluster" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$work"; }
trap stop EXIT

in_root initdb -D "$inside/cluster" -U postgres -A trust -E UTF8 --locale=C.UTF-8 -N >/dev/null
in_root pg_ctl -D "$inside/cluster" -w -l "$inside/log" start \
    -o "-c listen_addresses= -k $inside -c fsync=off -c dynamic_shared_memory_type=mmap" >/dev/null
sql() { in_root psql -X -q -v ON_ERROR_STOP=1 "$@"; }

sql -d postgres -c 'CREATE DATABASE odd' -c 'CREATE DATABASE site'
sql -d odd <"$oddities" >/dev/null
# Three more large objects, one of them empty and one larger than a write of pg_dump, and no row of three million bytes.
sql -d odd >/dev/null <<'SQL'
DELETE FROM "we""ird.schema"."ta ble;" WHERE "FROM stdin;" = 'long';
INSERT INTO "we""ird.schema"."ta ble;" VALUES (repeat('0123456789abcdef', 1000), 'long', 6);
SELECT lo_from_bytea(424243, ''), lo_from_bytea(4000000000, 'an identifier above 2^31'),
    lo_from_bytea(424244, decode(repeat('00ff5c2e0a', 4000), 'hex'));
SQL
# A fiftieth of the smallest scale, and a tenth of the venues.
sed -e '/nusers :scale/s/1000/20/' -e '/nevents :scale/s/3000/10/' -e '/nlog :scale/s/30000/60/' \
    -e 's/generate_series(1, 500)/generate_series(1, 50)/' -e 's/1 + i % 500/1 + i % 50/' \
    -e 's/generate_series(1, 100) i;/generate_series(1, 20) i;/' "$site" | sql -v scale=1 -d site >/dev/null

# What a file is given, pg_dump seeks in; to a pipe it writes the table of contents once, without positions.
file() { local name=$1; shift; in_root pg_dump -Fc "$@" -f "$inside/out"; cp "$work/out" "$here/$name"; rm "$work/out"; }
pipe() { local name=$1; shift; in_root pg_dump -Fc "$@" | cat >"$here/$name"; }
file "odd-$major.dump" -d odd
pipe "odd-$major-z0-pipe.dump" -Z0 -d odd
if [ "$major" = 15 ]; then
    pipe "site-$major-pipe.dump" -d site
    file "site-$major-z0.dump" -Z0 -d site
    file "odd-$major-no-large-objects.dump" --no-blobs -d odd
    file "odd-$major-inserts.dump" --inserts --rows-per-insert=3 --load-via-partition-root -d odd
    file "odd-$major-schema.dump" --schema-only -d odd
    file "odd-$major-level-1.dump" -Z1 -t parts -d odd
fi
if [ "$major" -ge 18 ]; then file "odd-$major-statistics.dump" --statistics -t parts -t parts_1 -t members -d odd; fi
if [ "$major" -ge 16 ]; then
    file "odd-$major-lz4.dump" -Z lz4 -t parts -d odd
    file "odd-$major-zstd.dump" -Z zstd -t parts -d odd
fi
