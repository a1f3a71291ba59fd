# Sourced by the programs of the image: what a pod needs in its writable folders before PHP runs.

home=/opt/urumi
content=$home/wordpress/wp-content
umask 027

# Links what the image ships into wp-content and copies the first uploads once. An owner's own copy of a plugin
# or theme (a real folder) is left alone; a link is renewed, so that a new image brings its new version.
prepare_content() {
  mkdir -p "$content/plugins" "$content/themes" "$content/uploads" "$content/upgrade" "$content/languages"
  for kind in plugins themes; do
    for shipped in "$home/$kind"/*/; do
      [ -d "$shipped" ] || continue
      link=$content/$kind/$(basename "$shipped")
      if [ -L "$link" ] || [ ! -e "$link" ]; then
        ln -sfn "${shipped%/}" "$link"
      fi
    done
  done
  if [ -d "$home/golden/uploads" ] && [ ! -e "$content/.seeded" ]; then
    cp -r "$home/golden/uploads/." "$content/uploads/"
    touch "$content/.seeded"
  fi
}

# PHP's compiled scripts come with the image. OPcache wants a writable folder and finds, one level down, a
# read-only one: what it has is used, what is new lives in memory only.
prepare_php() {
  mkdir -p /run/urumi/opcache
  for compiled in "$home"/golden/opcache/*/; do
    [ -d "$compiled" ] || continue
    ln -sfn "${compiled%/}" "/run/urumi/opcache/$(basename "$compiled")"
  done
}
