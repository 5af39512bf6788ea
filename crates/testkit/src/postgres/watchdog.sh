# Waits for the end of a process, then stops the PostgreSQL server in a folder and removes the folder.
# Arguments: the folder, the process, and when that process started.

folder=$1 owner=$2 since=$3
data=$folder/data

# When process $1 started; nothing if it does not run.
started() {
    if [ -e /proc/self/stat ]; then
        read -r stat <"/proc/$1/stat" || return
        # The name, in parentheses, may hold anything; the state follows it.
        set -- ${stat##*') '}
        [ "$1" = Z ] || echo "${20}"
    else
        LC_ALL=C ps -o lstart= -p "$1" | tr -cd 0-9
    fi
}

# Whether process $1 is a PostgreSQL server of this data folder: its number may have gone to another process.
serves() {
    if [ -e /proc/self/stat ]; then
        read -r name <"/proc/$1/comm" || return
        case $name in *postgres*) [ "$(readlink "/proc/$1/cwd")" = "$data" ] ;; *) return 1 ;; esac
    else
        ps -o command= -p "$1" | grep -F postgres | grep -qF -e "$data"
    fi
}

# QUIT is an immediate shutdown; the server ends its processes before itself.
stop_server() {
    read -r server <"$data/postmaster.pid" && serves "$server" || return
    kill -QUIT "$server"
    tries=0
    while serves "$server" && [ "$tries" -lt 100 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
}

trap '' HUP INT

while [ -d "$folder" ] && [ "$(started "$owner")" = "$since" ]; do
    sleep 1
done

# More than once, for a program that was still at work there, such as one that was making the data folder.
for attempt in 1 2 3 4 5 6 7 8 9 10; do
    stop_server
    rm -rf -- "$folder" && break
    sleep 1
done
