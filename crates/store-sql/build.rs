//! A new migration file is noticed though no source file changed.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
