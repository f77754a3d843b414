use std::fmt;

/// Why an application does not start: all that is wrong with it, not the first mistake only.
#[derive(thiserror::Error)]
pub struct StartError {
    problems: Vec<String>,
}

impl StartError {
    /// An error, if there is anything wrong.
    pub(crate) fn check(problems: Vec<String>) -> Result<(), Self> {
        if problems.is_empty() {
            Ok(())
        } else {
            Err(StartError { problems })
        }
    }

    pub(crate) fn one(problem: impl fmt::Display) -> Self {
        StartError {
            problems: vec![problem.to_string()],
        }
    }

    /// What is wrong, one by one.
    pub fn problems(&self) -> impl Iterator<Item = &str> {
        self.problems.iter().map(String::as_str)
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the application cannot start")?;
        for problem in &self.problems {
            write!(f, "\n\n{problem}")?;
        }
        Ok(())
    }
}

/// What `main` prints: the same, for people.
impl fmt::Debug for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
