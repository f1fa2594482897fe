//! Questions, asked on a terminal only. Esc and Ctrl-C leave with 130, as an interruption does.

use dialoguer::console::{Term, truncate_str};
use dialoguer::theme::{ColorfulTheme, SimpleTheme, Theme};
use dialoguer::{FuzzySelect, Input};

use super::Terminal;
use crate::error::{Class, Error};

impl Terminal {
    /// One of `items`, by typing parts of it; the first one is preselected.
    ///
    /// # Errors
    /// [`Class::Interrupted`] when the question was left, [`Class::Usage`] with `instead` as the hint when nobody
    /// can be asked.
    pub fn pick(&self, question: &str, items: &[String], instead: &str) -> Result<usize, Error> {
        self.must_ask(Class::Usage, &format!("ask for the {question}"), instead)?;
        let _cursor = Cursor;
        let theme = self.theme();
        // A line that wraps would not be wiped out again; two columns are the mark's.
        let (_, width) = Term::stderr().size();
        let width = usize::from(width).saturating_sub(3).max(10);
        let items: Vec<_> = items
            .iter()
            .map(|item| truncate_str(item, width, "…"))
            .collect();
        let picked = FuzzySelect::with_theme(&*theme)
            .with_prompt(question)
            .items(items)
            .default(0)
            .max_length(15)
            .interact_opt()
            .map_err(unanswered)?;
        picked.ok_or_else(|| Error::new(Class::Interrupted, "nothing was picked"))
    }

    /// Has the user type `name`, to make sure that it is the one they mean.
    ///
    /// # Errors
    /// [`Class::Refused`] when something else was typed; otherwise as [`Terminal::pick`].
    pub fn confirm_by_typing(
        &self,
        question: &str,
        name: &str,
        instead: &str,
    ) -> Result<(), Error> {
        self.must_ask(
            Class::Refused,
            &format!("ask whether to go on: {question}"),
            instead,
        )?;
        let _cursor = Cursor;
        let theme = self.theme();
        let typed: String = Input::with_theme(&*theme)
            .with_prompt(format!("{question}; type `{name}` to go on"))
            .allow_empty(true)
            .interact_text()
            .map_err(unanswered)?;
        if typed.trim() == name {
            return Ok(());
        }
        Err(Error::new(
            Class::Refused,
            format!("`{name}` was not typed; nothing was changed"),
        ))
    }

    fn must_ask(&self, class: Class, what: &str, instead: &str) -> Result<(), Error> {
        if self.can_ask() {
            return Ok(());
        }
        Err(Error::new(class, format!("there is no terminal to {what}")).with_hint(instead))
    }

    fn theme(&self) -> Box<dyn Theme> {
        if self.has_colour() {
            Box::new(ColorfulTheme::default())
        } else {
            Box::new(SimpleTheme)
        }
    }
}

/// Questions hide the cursor; one that is left by Ctrl-C doesn't show it again.
struct Cursor;

impl Drop for Cursor {
    fn drop(&mut self) {
        // A terminal that went away needs no cursor.
        drop(Term::stderr().show_cursor());
    }
}

fn unanswered(error: dialoguer::Error) -> Error {
    let dialoguer::Error::IO(error) = error;
    if error.kind() == std::io::ErrorKind::Interrupted {
        return Error::new(Class::Interrupted, "interrupted");
    }
    Error::from(error).context("can't read the answer")
}
