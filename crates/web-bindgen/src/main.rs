//! Writes what the page loads: the WebAssembly, trimmed, and the JavaScript and types around it.
//!
//! `web-bindgen FILE.wasm FOLDER`: what the command `wasm-bindgen --target web` does, at the version in
//! `Cargo.lock`, without a tool to install.

// This is a program for a terminal.
#![allow(clippy::print_stdout)]

use std::path::PathBuf;
use std::process::ExitCode;

use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [input, folder] = arguments.as_slice() else {
        eprintln!("web-bindgen FILE.wasm FOLDER");
        return ExitCode::from(2);
    };
    let written = Bindgen::new()
        .input_path(input)
        .web(true)
        .and_then(|bindgen| {
            bindgen
                .omit_default_module_path(false)
                .typescript(true)
                .remove_name_section(true)
                .remove_producers_section(true)
                .generate(folder)
        });
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("web-bindgen: {error:#}");
            ExitCode::FAILURE
        }
    }
}
