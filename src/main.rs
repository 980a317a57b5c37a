//! The `conform` command. All of it is in the library, so that it can be tested.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    conform::cli::main()
}
