#!/bin/sh
# The first process of the image that script/test-image builds. Keeps the contract of the official image's, as far as
# pgferry and its tests rely on it: the variables, the temporary server while a cluster is made, the order of steps.
set -eu

note() { printf '%s\n' "$*"; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

# from_file NAME DEFAULT: the variable, or the content of the file that NAME_FILE names, or the default.
from_file() {
    eval "value=\${$1-} file=\${$1_FILE-}"
    [ -z "$value" ] || [ -z "$file" ] || fail "both $1 and $1_FILE are set (but are exclusive)"
    [ -z "$file" ] || value=$(cat "$file")
    eval "$1=\${value:-\$2}"
    export "${1?}"
    unset "$1_FILE"
}

make_directories() {
    mkdir -p "$PGDATA" /var/run/postgresql
    # A host's directory may belong to someone whom not even root can change.
    chmod 700 "$PGDATA" 2>/dev/null || :
    chmod 3775 /var/run/postgresql 2>/dev/null || :
    if [ "$(id -u)" = 0 ]; then
        find "$PGDATA" ! -user postgres -exec chown postgres '{}' +
        find /var/run/postgresql ! -user postgres -exec chown postgres '{}' +
    fi
}

refuse_to_go_without_a_password() {
    [ -n "$POSTGRES_PASSWORD" ] || [ "${POSTGRES_HOST_AUTH_METHOD-}" = trust ] || fail \
'Database is uninitialized and superuser password is not specified.
       You must specify POSTGRES_PASSWORD to a non-empty value for the
       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".

       You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all
       connections without a password. This is *not* recommended.'
}

# From 18 on the volume is one above, so that pg_upgrade can link files: what lies in, or is mounted at, the old place would
# silently be left unused.
refuse_the_old_place() {
    [ "$PG_MAJOR" -ge 18 ] || return 0
    for place in /var/lib/postgresql /var/lib/postgresql/data; do
        [ ! -s "$place/PG_VERSION" ] || fail "in $PG_MAJOR+, there appears to be PostgreSQL data in: $place"
    done
    ! cut -d' ' -f5 /proc/self/mountinfo | grep -qx /var/lib/postgresql/data ||
        fail "in $PG_MAJOR+, these Docker images store database data in a \"major-version-specific directory name\".
       Counter to that, there appears to be PostgreSQL data in:
         /var/lib/postgresql/data (unused mount/volume)
       The volume is /var/lib/postgresql."
}

make_cluster() {
    password_file=$(mktemp)
    printf '%s\n' "$POSTGRES_PASSWORD" >"$password_file"
    # The arguments are words for a shell, as in the official image.
    eval "initdb --username=\"\$POSTGRES_USER\" --pwfile=\"\$password_file\" ${POSTGRES_INITDB_ARGS-}"
    rm -f "$password_file"
    method=${POSTGRES_HOST_AUTH_METHOD:-$(postgres -C password_encryption -D "$PGDATA")}
    printf '\nhost all all all %s\n' "$method" >>"$PGDATA/pg_hba.conf"
}

# psql on the temporary server.
run_psql() {
    PGHOST='' PGHOSTADDR='' psql -v ON_ERROR_STOP=1 --no-psqlrc --username "$POSTGRES_USER" --no-password "$@"
}

make_database() {
    found=$(printf "SELECT 1 FROM pg_database WHERE datname = :'db';" |
        run_psql --dbname postgres --set db="$POSTGRES_DB" --tuples-only)
    [ -n "$found" ] ||
        printf 'CREATE DATABASE :"db";' | run_psql --dbname postgres --set db="$POSTGRES_DB"
}

run_initialization_files() {
    for file in /docker-entrypoint-initdb.d/*; do
        case $file in
            *.sh)
                note "$0: running $file"
                # shellcheck disable=SC1090  # whatever was mounted there
                if [ -x "$file" ]; then "$file"; else . "$file"; fi ;;
            *.sql) note "$0: running $file"; run_psql --dbname "$POSTGRES_DB" -f "$file" ;;
            *.sql.gz) note "$0: running $file"; gzip -dc "$file" | run_psql --dbname "$POSTGRES_DB" ;;
            */'*') ;;
            *) note "$0: ignoring $file" ;;
        esac
    done
}

make_and_fill_cluster() {
    refuse_to_go_without_a_password
    refuse_the_old_place
    make_cluster
    export PGPASSWORD="$POSTGRES_PASSWORD"
    # It answers on the socket only: a client from outside must not take it for the real one.
    shift
    pg_ctl -D "$PGDATA" -w start -o "$(quoted "$@" -c listen_addresses= -p 5432)"
    make_database
    run_initialization_files
    pg_ctl -D "$PGDATA" -m fast -w stop
    unset PGPASSWORD
    note
    note 'PostgreSQL init process complete; ready for start up.'
    note
}

# The words, each quoted for the shell by which pg_ctl starts the server.
quoted() {
    for word; do
        printf "'%s' " "$(printf '%s' "$word" | sed "s/'/'\\\\''/g")"
    done
}

case ${1-} in -*) set -- postgres "$@" ;; esac
wants_help=no
for word; do
    case $word in -'?' | --help | --describe-config | -V | --version) wants_help=yes ;; esac
done

if [ "${1-}" = postgres ] && [ $wants_help = no ]; then
    if [ "$(id -u)" = 0 ]; then
        make_directories
        exec setpriv --reuid postgres --regid postgres --init-groups "$0" "$@"
    fi
    make_directories
    from_file POSTGRES_PASSWORD ''
    from_file POSTGRES_USER postgres
    from_file POSTGRES_DB "$POSTGRES_USER"
    from_file POSTGRES_INITDB_ARGS ''
    if [ -s "$PGDATA/PG_VERSION" ]; then
        note
        note 'PostgreSQL Database directory appears to contain a database; Skipping initialization'
        note
    else
        make_and_fill_cluster "$@"
    fi
fi
exec "$@"
