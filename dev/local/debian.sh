# Sourced: gets packages from the Debian release that holds Kubernetes, through a private apt configuration.
#
# The system's apt sources and installed packages stay as they are: nothing here starts a service, and a containerd or etcd of
# someone else's is neither replaced nor disturbed. The mirror is the one this machine's own apt is set up with.

# The last release whose source package of Kubernetes is whole.
DEBIAN_SUITE=bookworm

# The Debian mirror of this machine's apt; empty where there is none.
debian_mirror() {
  have apt-get || return 0
  # shellcheck disable=SC2016  # apt expands these, not the shell
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' 'Component: main' |
    sort -u | head -n 1
}

# private_apt DIR ARGUMENT...: apt-get with its sources, lists and cache below DIR, trusting only Debian's archive keys.
private_apt() {
  local dir=$1
  shift
  apt-get -qq -o Dir::Etc::SourceList="$dir/sources.list" -o Dir::Etc::SourceParts=/dev/null \
    -o Dir::State::Lists="$dir/lists" -o Dir::Cache="$dir/cache" -o APT::Sandbox::User=root "$@"
}

# private_apt_update DIR: makes DIR usable for private_apt.
private_apt_update() {
  local dir=$1 uri
  uri=$(debian_mirror)
  [ -n "$uri" ] || die "this machine's apt has no Debian mirror (run apt-get update?); where Docker runs, the cluster uses k3d"
  mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
  printf '%s [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' \
    deb "$uri" "$DEBIAN_SUITE" deb-src "$uri" "$DEBIAN_SUITE" >"$dir/sources.list"
  private_apt "$dir" update
}
