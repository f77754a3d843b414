//! The command line of one command: flags, options with a value, and the rest.

use std::collections::HashMap;

/// What was given on the command line.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Arguments {
    given: HashMap<String, String>,
    /// Whatever is no option, in order.
    pub(crate) rest: Vec<String>,
}

impl Arguments {
    /// Takes arguments apart; an option that is neither among the `flags` nor takes a value is an error.
    pub(crate) fn parse(
        arguments: &[String],
        flags: &[&str],
        with_value: &[&str],
    ) -> Result<Self, String> {
        let mut parsed = Self::default();
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            let (name, inline) = match argument.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (argument.as_str(), None),
            };
            if with_value.contains(&name) {
                let value = inline.or_else(|| arguments.next().cloned());
                let value = value.ok_or_else(|| format!("{name} needs a value (see --help)"))?;
                parsed.given.insert(name.to_owned(), value);
            } else if flags.contains(&argument.as_str()) {
                parsed.given.insert(name.to_owned(), String::new());
            } else if argument.starts_with('-') {
                return Err(format!("there is no option {argument} (see --help)"));
            } else {
                parsed.rest.push(argument.clone());
            }
        }
        Ok(parsed)
    }

    /// Whether a flag was given.
    pub(crate) fn has(&self, flag: &str) -> bool {
        self.given.contains_key(flag)
    }

    /// The value of an option.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.given.get(name).map(String::as_str)
    }

    /// Fails where something is left over that the command has no use for.
    pub(crate) fn nothing_more(&self) -> Result<(), String> {
        match self.rest.first() {
            Some(argument) => Err(format!("{argument:?} means nothing here (see --help)")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Arguments, String> {
        let words: Vec<String> = line.split_whitespace().map(String::from).collect();
        Arguments::parse(&words, &["--full"], &["--json"])
    }

    #[test]
    fn takes_flags_values_and_the_rest_apart() {
        for line in ["a --full --json x.json b", "--json=x.json a b --full"] {
            let parsed = parse(line).unwrap();
            assert!(parsed.has("--full"));
            assert_eq!(parsed.value("--json"), Some("x.json"));
            assert_eq!(parsed.rest, ["a", "b"]);
            assert_eq!(
                parsed.nothing_more(),
                Err("\"a\" means nothing here (see --help)".to_owned())
            );
        }
        assert!(!parse("").unwrap().has("--full"));
    }

    #[test]
    fn names_what_is_wrong() {
        let cases = [
            ("--ful", "there is no option --ful (see --help)"),
            ("--full=1", "there is no option --full=1 (see --help)"),
            ("--json", "--json needs a value (see --help)"),
        ];
        for (line, expected) in cases {
            assert_eq!(parse(line), Err(expected.to_owned()), "{line}");
        }
    }
}
