//! The SQL of an old anonymised dump, whose repeated addresses are numbered on the way.

use std::io::{self, Read};
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use pgferry_core::anonymize::repair::{Plan, Repair, Repaired};

const CHUNK: usize = 256 * 1024;

/// What to number, and what was numbered when the dump was read last.
#[derive(Debug, Clone)]
pub(super) struct Repairs {
    plan: Plan,
    done: Arc<Mutex<Vec<Repaired>>>,
}

impl Repairs {
    pub(super) fn new(plan: Plan) -> Self {
        Self {
            plan,
            done: Arc::default(),
        }
    }

    pub(super) fn done(&self) -> Vec<Repaired> {
        self.done
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(super) fn reader(&self, sql: Box<dyn Read + Send>) -> Box<dyn Read + Send> {
        Box::new(RepairedSql {
            sql,
            repair: Some(Repair::new(self.plan.clone())),
            input: vec![0; CHUNK],
            output: Vec::new(),
            given: 0,
            done: Arc::clone(&self.done),
        })
    }
}

struct RepairedSql {
    sql: Box<dyn Read + Send>,
    /// `None` at the end.
    repair: Option<Repair>,
    input: Vec<u8>,
    output: Vec<u8>,
    /// Bytes of the output that were read.
    given: usize,
    done: Arc<Mutex<Vec<Repaired>>>,
}

impl Read for RepairedSql {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.output.len() {
            let Some(repair) = &mut self.repair else {
                return Ok(0);
            };
            self.output.clear();
            self.given = 0;
            let read = self.sql.read(&mut self.input)?;
            if read > 0 {
                repair.feed(self.input.get(..read).unwrap_or_default(), &mut self.output);
            } else if let Some(repair) = self.repair.take() {
                let done = repair.finish(&mut self.output);
                let mut of_last = self.done.lock().unwrap_or_else(PoisonError::into_inner);
                drop(mem::replace(&mut *of_last, done));
            }
        }
        let waiting = self.output.get(self.given..).unwrap_or_default();
        let length = waiting.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..length), waiting.get(..length)) {
            to.copy_from_slice(from);
        }
        self.given += length;
        Ok(length)
    }
}
