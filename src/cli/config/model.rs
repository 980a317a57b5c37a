//! What a file of configuration says of the options of a run.

use std::path::PathBuf;

/// A file of configuration.
#[derive(Clone, Debug, Default)]
pub(in crate::cli) struct Config {
    /// The file as it was named.
    pub file: PathBuf,
    /// What counts for each run.
    pub settings: Vec<Setting>,
    /// What `--profile` chooses.
    pub profiles: Vec<Table>,
    /// What is tested by one command.
    pub apis: Vec<Table>,
}

/// Settings that have a name.
#[derive(Clone, Debug)]
pub(in crate::cli) struct Table {
    pub name: String,
    pub settings: Vec<Setting>,
}

/// The value of one option.
#[derive(Clone, Debug)]
pub(in crate::cli) struct Setting {
    /// The option's name.
    pub option: String,
    /// Its name among the arguments.
    pub id: String,
    /// Its values; `None` for a flag that is off.
    pub values: Option<Vec<String>>,
    /// Whether it is a flag.
    pub is_flag: bool,
    /// The line of the file.
    pub line: usize,
}

impl Setting {
    /// As the command line would have it.
    pub fn arguments(&self) -> impl Iterator<Item = String> {
        let values = self.values.iter().flatten();
        values
            .map(|value| if self.is_flag { format!("--{}", self.option) } else { format!("--{}={value}", self.option) })
    }
}
