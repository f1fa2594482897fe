#!/bin/sh
# Usage: sweep.sh DIRECTORY
# Waits until its standard input ends, then stops every PostgreSQL server whose cluster lies below DIRECTORY, removes the
# containers that DIRECTORY/containers tells of, and removes DIRECTORY. With the other end of a pipe held by the test process, that is when the process ends, however it does.
trap '' HUP INT TERM
while read -r _; do :; done

find "$1" -name postmaster.pid 2>/dev/null | while read -r file; do
    read -r pid <"$file" || continue
    # The id may have passed to another process: a server's working directory is its cluster. No /proc, no such check.
    # shellcheck disable=SC3013  # every sh knows -ef by now, and POSIX since 2024
    [ ! -e /proc/self ] || [ "/proc/$pid/cwd" -ef "${file%/*}" ] || continue
    kill -QUIT "$pid" 2>/dev/null
    tries=0
    while kill -0 "$pid" 2>/dev/null && [ $((tries += 1)) -le 100 ]; do sleep 0.05; done
done
# Where the engine is, and how the names begin. What the tests removed themselves is not found again.
if [ -e "$1/containers" ]; then
    { read -r DOCKER_HOST; read -r prefix; } <"$1/containers"
    export DOCKER_HOST
    ask=${0%/*}/../../../script/docker-api
    "$ask" GET "/containers/json?all=1&filters=%7B%22name%22:%5B%22%5E/$prefix%22%5D%7D" 2>/dev/null |
        grep -o '"Id":"[0-9a-f]*"' | cut -d'"' -f4 | while read -r id; do
            "$ask" DELETE "/containers/$id?force=1&v=1" >/dev/null 2>&1
        done
fi

# A server that is on its last legs may still write into its cluster.
tries=0
until rm -rf "$1" 2>/dev/null || [ $((tries += 1)) -gt 100 ]; do sleep 0.05; done
