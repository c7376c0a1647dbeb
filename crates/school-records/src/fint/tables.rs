//! The classes that are read, and where each is kept until it is joined.

use super::session::{Session, class_of};
use super::shape::Fingerprints;
use super::table::Table;
use super::{FintSource, Model, ReadError, collection};
use crate::Faults;
use std::mem::take;

/// Every class that is read, each whole.
#[derive(Default)]
pub(crate) struct Tables {
    pub(super) schools: Table,
    pub(super) pupils: Table,
    pub(super) pupil_people: Table,
    pub(super) enrolments: Table,
    pub(super) classes: Table,
    pub(super) class_memberships: Table,
    pub(super) levels: Table,
    pub(super) areas: Table,
    pub(super) area_memberships: Table,
    pub(super) categories: Table,
    pub(super) apprentices: Table,
    pub(super) apprentice_people: Table,
    pub(super) companies: Table,
    pub(super) exams: Table,
    pub(super) exam_codes: Table,
    pub(super) model: Model,
    pub(super) fingerprints: Fingerprints,
    pub(super) faults: Faults,
}

impl Tables {
    /// Without any class yet.
    pub(crate) fn new(model: Model) -> Self {
        Self {
            model,
            ..Self::default()
        }
    }

    /// The classes to read, by path, in this order: memberships come before what they join, so that what is added
    /// meanwhile is not pointed at in vain.
    pub(crate) fn paths(model: Model, apprentices: bool) -> Vec<String> {
        let mut paths = vec![
            format!("utdanning/elev/{}", model.class_membership()),
            "utdanning/utdanningsprogram/programomrademedlemskap".into(),
            "utdanning/elev/elevforhold".into(),
            "utdanning/elev/elev".into(),
            "utdanning/elev/person".into(),
            format!("utdanning/elev/{}", model.class()),
            "utdanning/utdanningsprogram/skole".into(),
            "utdanning/utdanningsprogram/arstrinn".into(),
            "utdanning/utdanningsprogram/programomrade".into(),
            "utdanning/kodeverk/elevkategori".into(),
        ];
        if apprentices {
            paths.extend([
                "utdanning/larling/avlagtprove".into(),
                "utdanning/larling/larling".into(),
                "utdanning/larling/person".into(),
                "utdanning/larling/virksomhet".into(),
                "utdanning/kodeverk/fullfortkode".into(),
            ]);
        }
        paths
    }

    /// A table for the records of one of [`Tables::paths`].
    pub(crate) fn empty(&self, path: &str) -> Table {
        Table::new(class_of(path), &self.fingerprints)
    }

    /// Takes the table of one of [`Tables::paths`].
    pub(crate) fn put(&mut self, path: &str, mut table: Table) {
        self.faults.append(take(&mut table.faults));
        let class = class_of(path);
        let place = match (path.contains("/larling/"), class) {
            (true, "person") => &mut self.apprentice_people,
            (_, "person") => &mut self.pupil_people,
            (_, "programomrademedlemskap") => &mut self.area_memberships,
            (_, "elevforhold") => &mut self.enrolments,
            (_, "elev") => &mut self.pupils,
            (_, "skole") => &mut self.schools,
            (_, "arstrinn") => &mut self.levels,
            (_, "programomrade") => &mut self.areas,
            (_, "elevkategori") => &mut self.categories,
            (_, "avlagtprove") => &mut self.exams,
            (_, "larling") => &mut self.apprentices,
            (_, "virksomhet") => &mut self.companies,
            (_, "fullfortkode") => &mut self.exam_codes,
            (_, class) if class == self.model.class() => &mut self.classes,
            _ => &mut self.class_memberships,
        };
        *place = table;
    }

    pub(super) async fn read(
        session: &Session<'_>,
        source: &FintSource,
    ) -> Result<Self, ReadError> {
        let mut tables = Self::new(source.model);
        for path in Self::paths(source.model, source.apprentices) {
            let empty = || tables.empty(&path);
            let page_size = source.page_size.max(1);
            let table = collection::read_all(session, &path, page_size, empty).await?;
            tracing::info!(class = path, records = table.taken(), "read from FINT");
            tables.put(&path, table);
        }
        Ok(tables)
    }
}
