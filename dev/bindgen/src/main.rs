//! Binds a compiled WebAssembly module to JavaScript, for `dev/build`.
//!
//! It calls the library behind the `wasm-bindgen` command. The command itself also holds a test runner for browsers, with an HTTP
//! server and a TLS client, which take minutes to compile. As a member of the workspace, this program always has the
//! version of wasm-bindgen that `Cargo.lock` gives the front end.

use std::env;

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

const USAGE: &str = "usage: bindgen [--keep-debug] MODULE.wasm OUT_FOLDER NAME";

fn main() -> Result<()> {
    let mut arguments: Vec<String> = env::args().skip(1).collect();
    let debug = arguments.first().is_some_and(|first| first == "--keep-debug");
    if debug {
        arguments.remove(0);
    }
    let [module, folder, name] = arguments.as_slice() else { bail!(USAGE) };
    let mut bindgen = Bindgen::new();
    bindgen.web(true).context("selecting the output for browsers")?;
    bindgen.input_path(module).out_name(name).typescript(false).keep_debug(debug);
    bindgen.generate(folder).with_context(|| format!("binding {module} to JavaScript"))
}
