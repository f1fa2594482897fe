# Everyday commands, one line each; several can stand on one line: `just fetchdb populatedb`.

set positional-arguments

export JUST := just_executable()

recipe := quote(justfile_directory() / "script/recipe")

# List the recipes
_default:
    @"$JUST" --justfile {{ quote(justfile()) }} --list --unsorted

# Download the newest anonymised backup, or FILE or a selector such as ~1, into the cache
[no-cd]
fetchdb *FILE:
    @{{ recipe }} fetch -- "$@"

# Fill the database that PGHOST, PGDATABASE … name with the newest backup, or FILE or a selector; asks nothing
[no-cd]
populatedb *FILE:
    @{{ recipe }} restore --yes -- "$@"

# List the stored versions
[no-cd]
versions *OPTIONS:
    @{{ recipe }} versions -- "$@"

# Back the database up and upload it, as the host does every night
[no-cd]
backup *OPTIONS:
    @{{ recipe }} backup -- "$@"

# Show the whole journey on a throwaway PostgreSQL, without AWS or Docker
demo:
    @script/demo

# Check the format, lint, run every test
test:
    @script/test
