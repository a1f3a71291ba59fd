//! Where the built front end is, in the words of Leptos.

use std::path::Path;

use anyhow::Context as _;
use leptos::config::{Env, LeptosOptions};

/// The name that `dev/build` gives the front end's files.
const OUTPUT_NAME: &str = "urumi";

/// Options for a front end in `dir`, as `dev/build` lays it out: `hash.txt` with the hashes in the names of the files in
/// `pkg`. Where it is missing the pages still work, without what needs JavaScript.
///
/// # Errors
/// The folder's own path cannot be made absolute.
pub fn options(dir: &Path) -> anyhow::Result<LeptosOptions> {
    let dir = std::path::absolute(dir).with_context(|| format!("{} is no path", dir.display()))?;
    let hashes = dir.join("hash.txt");
    let built = hashes.is_file();
    if !built {
        tracing::warn!(
            folder = %dir.display(),
            "the front end is missing: pages have no JavaScript, and no style but what `dev/build --part style` made; `dev/build` makes all of it, and --site-dir \
             (URUMI_SITE_DIR) names its folder"
        );
    }
    Ok(LeptosOptions::builder()
        .output_name(OUTPUT_NAME)
        .site_root(dir.to_string_lossy().into_owned())
        .site_pkg_dir("pkg")
        .env(Env::PROD)
        // Leptos looks beside the program, except for an absolute path.
        .hash_file(hashes.to_string_lossy().into())
        .hash_files(built)
        .build())
}
