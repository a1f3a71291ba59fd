# Building images and giving them to the cluster. Sourced by dev/image and dev/platform-image.
#
#   URUMI_BASE_IMAGE  the base image to pull; `none` makes a stand-in with mmdebstrap (default: Debian's own)

BASE=${URUMI_BASE_IMAGE:-docker.io/library/debian:trixie-slim}
STAND_IN=localhost/urumi/base:trixie
PULL_SECONDS=60
KEEP=3
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot

# Images are built by Docker where it runs, else without a daemon. Docker has no use for the stand-in.
builder() { if [ "$BASE" != none ] && docker info >/dev/null 2>&1; then echo docker; else echo buildah; fi; }

# In a mount namespace of its own: while it builds, buildah mounts the machine's control groups once more, and a kubelet that
# starts meanwhile would take those for its own.
isolated_buildah() { unshare --mount --propagation private buildah "$@"; }

# A minimal Debian trixie from the mirror that this machine's own apt uses, in place of the base image.
make_stand_in() {
  local mirror security archive=$CACHE/images/base-trixie.tar folder
  if [ ! -f "$archive" ]; then
    apt_install mmdebstrap
    # shellcheck disable=SC2016 # apt fills in $(REPO_URI)
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' | head -n 1)
    # shellcheck disable=SC2016
    security=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian-Security' | head -n 1)
    [ -n "$mirror" ] || die "no Debian mirror in this machine's apt configuration and no base image to be had"
    mmdebstrap --variant=minbase --include=ca-certificates trixie "$archive.new.tar" \
      "deb $mirror trixie main" "deb $mirror trixie-updates main" ${security:+"deb $security trixie-security main"}
    mv "$archive.new.tar" "$archive"
  fi
  folder=$(mktemp -d)
  ln "$archive" "$folder/base.tar" 2>/dev/null || cp "$archive" "$folder/base.tar"
  printf 'FROM scratch\nADD base.tar /\nCMD ["/bin/sh"]\n' >"$folder/Dockerfile"
  isolated_buildah bud --quiet --tag "$STAND_IN" "$folder"
  rm -r "$folder"
}

prepare_base() {
  if [ "$(builder)" = docker ]; then
    docker image inspect "$BASE" >/dev/null 2>&1 || docker pull "$BASE"
    return
  fi
  apt_install buildah
  buildah inspect --type image "$BASE" >/dev/null 2>&1 && return
  buildah inspect --type image "$STAND_IN" >/dev/null 2>&1 && return
  if [ "$BASE" != none ] && timeout "$PULL_SECONDS" buildah pull --quiet --retry 0 "$BASE"; then return; fi
  make_stand_in
}

# What identifies the files of a folder: their modes, paths and contents.
contents_of_folder() { # FOLDER
  (cd "$1" && find . -type f -printf '%m %p\n' | sort && find . -type f -print0 | sort -z | xargs -0 sha256sum)
}

build_in() { # REFERENCE FOLDER
  local base=$BASE
  if [ "$(builder)" = docker ]; then
    docker build --quiet --build-arg BASE="$base" --tag "$1" "$2"
  else
    buildah inspect --type image "$base" >/dev/null 2>&1 || base=$STAND_IN
    isolated_buildah bud --layers --pull=never --build-arg BASE="$base" --tag "$1" "$2"
  fi
}

save() { # REFERENCE FILE
  if [ "$(builder)" = docker ]; then docker save --output "$2.new" "$1"; else buildah push --quiet --disable-compression "$1" "oci-archive:$2.new:$1"; fi
  mv "$2.new" "$2"
}

# Images are large: the newest are kept, and what Docker or buildah caches of the others' layers.
forget_old() { # NAME
  local old
  find "$CACHE/images" -name "$1-*.tar" -printf '%T@ %p\n' | sort -rn | tail -n "+$((KEEP + 1))" | cut -d' ' -f2 |
    while read -r old; do
      rm -f "$old"
      old=${old##*/"$1"-}
      "$(builder)" rmi "docker.io/urumi/$1:${old%.tar}" >/dev/null || true # it may be gone, or in use
    done
}

# Gives the image in FILE to the cluster, where one is up.
give_to_cluster() { # REFERENCE FILE
  if "$ROOT/dev/cluster" status >/dev/null 2>&1 && ! "$ROOT/dev/cluster" has "$1" >/dev/null 2>&1; then
    "$ROOT/dev/cluster" import "$2" >&2
  fi
}

# An image NAME:TAG as a file, built by BUILD where there is none yet: BUILD REFERENCE. Prints its reference.
image() { # NAME TAG BUILD...
  local reference=docker.io/urumi/$1:$2 file=$CACHE/images/$1-$2.tar
  mkdir -p "$CACHE/images"
  if [ ! -f "$file" ]; then
    phase "base image" prepare_base >&2
    phase "$1 image" "${@:3}" "$reference" >&2
    phase "$1 image archive" save "$reference" "$file" >&2
    forget_old "$1"
  fi
  echo "$reference" >"$STATE/$1-image.new"
  mv "$STATE/$1-image.new" "$STATE/$1-image"
  give_to_cluster "$reference" "$file"
  echo "$reference"
}
