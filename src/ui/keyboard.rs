//! The terminal handed over to a program elsewhere: what is typed goes there as it is, Ctrl-C too.

use std::io::{self, Read};

use dialoguer::console::Term;
use nix::sys::termios::{self, SetArg, Termios};
use tokio::sync::mpsc;

use super::Terminal;
use crate::error::Error;

/// Pieces of input that wait.
const WAITING: usize = 16;
const PIECE: usize = 4096;

/// The terminal in raw mode. Dropping it brings back the mode that it had.
pub struct RawMode(Termios);

impl std::fmt::Debug for RawMode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RawMode").finish_non_exhaustive()
    }
}

impl RawMode {
    /// # Errors
    /// When standard input is no terminal.
    pub fn start() -> Result<Self, Error> {
        let before = termios::tcgetattr(io::stdin()).map_err(io::Error::from)?;
        let mut raw = before.clone();
        termios::cfmakeraw(&mut raw);
        termios::tcsetattr(io::stdin(), SetArg::TCSANOW, &raw).map_err(io::Error::from)?;
        Ok(Self(before))
    }
}

impl Drop for RawMode {
    fn drop(&mut self) {
        // A terminal that went away has no mode.
        termios::tcsetattr(io::stdin(), SetArg::TCSADRAIN, &self.0).ok();
    }
}

impl Terminal {
    /// Columns and rows.
    pub fn size(&self) -> (u16, u16) {
        let (rows, columns) = Term::stderr().size();
        (columns, rows)
    }

    /// Reads standard input piece by piece on a thread, which may wait for input for ever: the process does not wait
    /// for it.
    pub fn read_input<T: Send + 'static>(
        &self,
        into: mpsc::Sender<T>,
        piece: impl Fn(Vec<u8>) -> T + Send + 'static,
    ) {
        std::thread::spawn(move || {
            let mut buffer = vec![0; PIECE];
            loop {
                match io::stdin().lock().read(&mut buffer) {
                    Ok(0) => return,
                    Ok(read) => {
                        let bytes = buffer.get(..read).unwrap_or_default().to_vec();
                        if into.blocking_send(piece(bytes)).is_err() {
                            return;
                        }
                    }
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(_) => return,
                }
            }
        });
    }

    /// A channel for what is typed.
    pub fn input_channel<T>(&self) -> (mpsc::Sender<T>, mpsc::Receiver<T>) {
        mpsc::channel(WAITING)
    }

    /// Bytes of another program, as they are; `true` for standard error.
    pub fn pass_on(&self, bytes: &[u8], is_error: bool) {
        use std::io::Write;
        // A reader that has gone away is noticed by the program itself.
        let passed = if is_error {
            io::stderr().write_all(bytes)
        } else {
            let mut out = io::stdout().lock();
            out.write_all(bytes).and_then(|()| out.flush())
        };
        drop(passed);
    }

    /// Bytes of data.
    ///
    /// # Errors
    /// [`OutputClosed`](crate::error::OutputClosed) when nobody reads them any more.
    pub fn print_bytes(&self, bytes: &[u8]) -> Result<(), Error> {
        use std::io::Write;
        let mut out = io::stdout().lock();
        out.write_all(bytes)
            .and_then(|()| out.flush())
            .map_err(super::terminal::closed)
    }
}
