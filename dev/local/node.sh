# Sourced by the parts of the local node: its addresses, its folders, and how its processes are started and found again.
#
# 198.18.0.0/15 is set aside for benchmarks (RFC 2544), so it collides with nobody's network.
# shellcheck disable=SC2034  # these are for those that source this file

NODE_IP=198.18.255.1         # the node, the API server and the name server
POD_RANGE=198.18.0.0/23      # 510 pods
POD_GATEWAY_BRIDGE=urumi-pods
SERVICE_RANGE=198.19.0.0/24
KUBERNETES_SERVICE_IP=198.19.0.1
DNS_SERVICE_IP=198.19.0.10
CLUSTER_RANGE=198.18.0.0/15  # all of the above
NODE_BRIDGE=urumi-node
API=https://$NODE_IP:6443
# Logs, exec and port-forward reach the kubelet under the node's name, so this name keeps them on the loopback device.
NODE_NAME=localhost
ETCD=https://127.0.0.1:12379 # not the usual port: a developer may run an etcd of their own
KUBERNETES_VERSION=1.20.2

KUBERNETES=$CACHE/kubernetes/$KUBERNETES_VERSION-quick # built by dev/local/build-kubernetes, which says what is quick
PROGRAMS=$CACHE/node         # etcd, containerd, runc, CNI plugins: Debian's, unpacked, not installed
NODE=$(realpath -m "$STATE/node") # all that the node writes, apart from logs and volumes; as the kernel lists mounts
PKI=$NODE/pki
RUN=$NODE/run                # worthless once the processes are gone
AUDIT_LOG=$LOGS/audit.log     # what the account asks for that tests install the platform as
VOLUMES=$(realpath -m "$STATE/volumes")
CONTAINERD_SOCKET=$RUN/containerd/containerd.sock
CGROUP=urumi                 # every container's processes are below it, which is how they are found again
PAUSE_IMAGE=docker.io/urumi/pause:1

export PATH=$PROGRAMS/bin:$PATH:/usr/sbin:/sbin

# start NAME COMMAND...: runs COMMAND apart from this shell, with a pid file and a log.
# NODE in its command line (start adds nothing; every command names a file below NODE) is how strays are found.
start() {
  local name=$1
  shift
  mkdir -p "$RUN/pids" "$LOGS"
  [ ! -s "$LOGS/$name.log" ] || mv "$LOGS/$name.log" "$LOGS/$name.log.old"
  setsid nohup "$@" >"$LOGS/$name.log" 2>&1 </dev/null &
  printf '%s\n' "$!" >"$RUN/pids/$name"
}

# alive NAME: whether the process of the pid file runs and is ours (the number may have gone to another process).
alive() {
  local pid
  pid=$(cat "$RUN/pids/$1" 2>/dev/null) && is_ours "$pid"
}

# is_ours PID: whether PID is one of this node's own programs.
is_ours() {
  local command_line
  command_line=$(tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline") || return 1
  case $command_line in *"$NODE/"*) ;; *) return 1 ;; esac
  # Somebody's `tail -f` or editor on one of our files is not ours.
  case $(cat "/proc/$1/comm" 2>/dev/null) in
    etcd | kube-apiserver | kube-controller | kube-scheduler | kubelet | kube-proxy | containerd | containerd-shim | dnsmasq) ;;
    bash | python3) [[ $command_line == *"/dev/local/"*" $NODE/"* ]] ;;
    *) return 1 ;;
  esac
}

# our_processes: the pids of this node's programs, with or without pid files.
our_processes() {
  local dir
  for dir in /proc/[0-9]*; do
    ! is_ours "${dir#/proc/}" || printf '%s\n' "${dir#/proc/}"
  done
}

# container_processes: the pids of everything that runs in the node's containers.
container_processes() {
  local found
  found=$(find /sys/fs/cgroup -path "*/$CGROUP/*" -name cgroup.procs -exec cat {} + 2>/dev/null) || true # cgroups vanish while find walks
  printf '%s\n' "$found" | sort -un | sed '/^$/d'
}

# stop_all SIGNAL SECONDS PID...: sends SIGNAL, then KILL to what is still there after SECONDS.
stop_all() {
  local signal=$1 deadline=$((SECONDS + $2)) pid left
  shift 2
  [ $# -gt 0 ] || return 0
  kill -s "$signal" "$@" 2>/dev/null || true # some have ended by themselves
  while :; do
    left=()
    for pid in "$@"; do
      ! running "$pid" || left+=("$pid")
    done
    [ ${#left[@]} -gt 0 ] || return 0
    if [ $SECONDS -ge "$deadline" ]; then
      kill -s KILL "${left[@]}" 2>/dev/null || true # the same
      deadline=$((SECONDS + 10))
    fi
    sleep 0.05
  done
}

# running PID: whether it is there and not a zombie waiting for its parent.
running() {
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  case ${stat##*) } in Z* | X*) return 1 ;; esac
}

# api PATH [CURL ARGUMENT...]: asks the API server as the cluster's administrator.
api() {
  local path=$1
  shift
  curl --silent --show-error --fail --noproxy '*' --max-time 10 --cacert "$PKI/ca.crt" --cert "$PKI/admin.crt" --key "$PKI/admin.key" "$API$path" "$@"
}

# wait_for SECONDS WHAT COMMAND...: tries COMMAND until it succeeds.
wait_for() {
  local seconds=$1 deadline=$((SECONDS + $1)) what=$2 said=''
  shift 2
  until said=$("$@" 2>&1); do
    [ $SECONDS -lt "$deadline" ] || die "$what: not within $seconds s${said:+ ($said)}"
    sleep 0.1
  done
}

# Said by this kubelet, not by one of before: etcd remembers.
node_is_ready() {
  [ "$(api "/api/v1/nodes/$NODE_NAME" | jq --argjson since "$(stat -c %Y "$RUN/pids/kubelet")" \
    '.status.conditions[] | select(.type == "Ready") | .status == "True" and (.lastHeartbeatTime | fromdate) >= $since')" = true ]
}
