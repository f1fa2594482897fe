# Sourced by scripts: a throwaway PostgreSQL server in a directory of its own, without TCP. The programs are on the PATH.

# server_start DIRECTORY USER [OPTION …]: makes the cluster, starts it with these options, and points PGHOST and PGUSER
# at it. DIRECTORY exists and is empty, and so does the one above it, which is ours alone.
server_start() {
    server=$1
    PGHOST=$1 PGUSER=$2
    export PGHOST PGUSER
    shift 2
    if [ "$(id -u)" = 0 ]; then
        # PostgreSQL refuses to run as root: its packaged user, or nobody, stands in, who must be able to pass through.
        server_user=$(id -u postgres 2>/dev/null || id -u nobody)
        server_group=$(id -g postgres 2>/dev/null || id -g nobody)
        chmod 711 "$(dirname "$server")"
        chown "$server_user:$server_group" "$server"
    fi
    server_do chmod 700 .
    server_do initdb --pgdata=cluster --username="$PGUSER" --auth=trust --encoding=UTF8 --no-sync >/dev/null
    # No TCP, so no port that could be taken; the socket's directory lets only this user, and root, in.
    server_do pg_ctl --silent --wait --pgdata=cluster --log=log \
        -o "-c listen_addresses='' -c unix_socket_directories='$server' $*" start >/dev/null
}

# server_stop: as a power cut would; removes the directory.
server_stop() {
    [ ! -e "$server/cluster/postmaster.pid" ] ||
        server_do pg_ctl --silent --pgdata=cluster --mode=immediate stop >/dev/null
    rm -rf "$server"
}

server_do() {
    if [ "$(id -u)" = 0 ]; then
        (cd "$server" && setpriv --reuid "$server_user" --regid "$server_group" --clear-groups "$@")
    else
        (cd "$server" && "$@")
    fi
}
