//! `person`: what the county may do to one person, each deed with who and why.

mod show;
mod slip;

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use county_api::Symbology;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::{
    app::App,
    db::entity::{account, person},
    deeds::{self, For},
};

use super::{By, Failure, Why, said, say};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Show what is known, what the person sees, and what has been done.
    Show {
        #[command(flatten)]
        who: Who,
        #[command(flatten)]
        why: Why,
    },
    /// Suspend all cards of a person, who is shown the reason.
    Block {
        #[command(flatten)]
        who: Who,
        /// The reason is shown to the person.
        #[command(flatten)]
        why: Why,
        /// The last day of the block (YYYY-MM-DD); without it, until `unblock`.
        #[arg(long)]
        until: Option<NaiveDate>,
        /// Whom the person can ask, such as "Kari ved kontoret, 70 00 01 00".
        #[arg(long, value_parser = said)]
        contact: Option<String>,
    },
    /// Lift every block.
    Unblock {
        #[command(flatten)]
        who: Who,
        #[command(flatten)]
        why: Why,
    },
    /// Write the photo that there is to a file, to look at it before approving it.
    ShowPhoto {
        #[command(flatten)]
        who: Who,
        #[command(flatten)]
        why: Why,
        /// The file, which must not be there yet. Delete it when you have looked.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Approve the photo that the person has sent in: it is locked, and the card can be fetched.
    ApprovePhoto {
        #[command(flatten)]
        who: Who,
        #[command(flatten)]
        by: By,
        /// The digest of the photo that was looked at, or how it begins: one that came meanwhile is not approved.
        #[arg(long, value_name = "SHA256", value_parser = digest)]
        photo: String,
    },
    /// Hand back the photo that the person has sent in, which is deleted; the person takes another one.
    ReturnPhoto {
        #[command(flatten)]
        who: Who,
        /// The reason is shown to the person.
        #[command(flatten)]
        why: Why,
        /// The digest of the photo that was looked at, or how it begins: one that came meanwhile is not handed back.
        #[arg(long, value_name = "SHA256", value_parser = digest)]
        photo: String,
    },
    /// Take the locked photo away, and make all cards with it invalid; the person confirms or takes a new one.
    ResetPhoto {
        #[command(flatten)]
        who: Who,
        /// The reason is shown to the person.
        #[command(flatten)]
        why: Why,
    },
    /// Log every device out, and make the cards on them invalid; the person logs in again.
    LogOut {
        #[command(flatten)]
        who: Who,
        #[command(flatten)]
        why: Why,
    },
    /// Print a slip of paper that is a card until midnight, for someone whose phone does not work.
    Slip {
        #[command(flatten)]
        who: Who,
        #[command(flatten)]
        why: Why,
        #[command(flatten)]
        print: slip::Print,
    },
    /// Make every slip of a person invalid at once.
    RevokeSlips {
        #[command(flatten)]
        who: Who,
        #[command(flatten)]
        why: Why,
    },
    /// Correct the code of the library card; the sync leaves it alone from then on.
    SetLibraryCode {
        #[command(flatten)]
        who: Who,
        #[command(flatten)]
        why: Why,
        /// The code, exactly.
        #[arg(long, value_parser = said, required_unless_present = "from_records")]
        code: Option<String>,
        /// qr, code39, code128, itf, codabar or ean13; without it, the school's setting.
        #[arg(long, value_parser = symbology, requires = "code")]
        symbology: Option<Symbology>,
        /// Go back to what the records say at the next sync.
        #[arg(long, conflicts_with = "code")]
        from_records: bool,
    },
}

/// Which person.
#[derive(Clone, Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct Who {
    /// By Feide name.
    #[arg(long, value_name = "NAME")]
    feide: Option<String>,
    /// By the records' key (such as elev:1234) or our own id.
    #[arg(long)]
    id: Option<String>,
}

/// Why there is no one person to act on.
#[derive(Debug, thiserror::Error)]
pub(super) enum WhoError {
    #[error("there is nobody of that name or id in the records; check it, or run `sync` first")]
    Nobody,
    #[error("several people have that Feide name ({0}); name one with --id")]
    Several(String),
}

fn digest(text: &str) -> Result<String, &'static str> {
    let text = text.trim().to_lowercase();
    let is_one =
        (8..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_one {
        Ok(text)
    } else {
        Err("use the digest that `photos waiting` and `show-photo` print, at least 8 digits of it")
    }
}

fn symbology(text: &str) -> Result<Symbology, &'static str> {
    serde_json::from_value(text.to_lowercase().into())
        .map_err(|_| "use qr, code39, code128, itf, codabar or ean13")
}

pub(super) async fn run(app: &App, command: Command) -> Result<(), Failure> {
    match command {
        Command::Show { who, why } => {
            let person = find(app, &who).await?;
            for line in show::show(app, &person, &why).await? {
                say(line)?;
            }
            Ok(())
        }
        Command::Block {
            who,
            why,
            until,
            contact,
        } => {
            let person = find(app, &who).await?;
            let count =
                deeds::block(app, person.id, why.deed(), For::County, until, contact).await?;
            say(format_args!("Blocked; {count} credential(s) suspended."))
        }
        Command::Unblock { who, why } => {
            let person = find(app, &who).await?;
            let count = deeds::unblock(app, person.id, why.deed()).await?;
            say(format_args!(
                "The block is lifted; {count} credential(s) good again."
            ))
        }
        Command::ShowPhoto { who, why, out } => {
            let person = find(app, &who).await?;
            let sha256 = show::photo(app, person.id, &why, &out).await?;
            say(format_args!("The photo {sha256} is in {}.", out.display()))
        }
        Command::ApprovePhoto { who, by, photo } => {
            let person = find(app, &who).await?;
            deeds::approve_photo(app, person.id, &by.by, by.reason.as_deref(), &photo).await?;
            say("The photo is approved and locked.")
        }
        Command::ReturnPhoto { who, why, photo } => {
            let person = find(app, &who).await?;
            deeds::return_photo(app, person.id, why.deed(), &photo).await?;
            say("The photo is handed back and deleted.")
        }
        Command::ResetPhoto { who, why } => {
            let person = find(app, &who).await?;
            let count = deeds::reset_photo(app, person.id, why.deed()).await?;
            say(format_args!(
                "The photo is gone; {count} credential(s) invalid."
            ))
        }
        Command::LogOut { who, why } => {
            let person = find(app, &who).await?;
            let done = deeds::log_out(app, person.id, why.deed()).await?;
            say(format_args!(
                "{} device(s) logged out; {} credential(s) invalid.",
                done.devices, done.credentials
            ))
        }
        Command::Slip { who, why, print } => {
            let person = find(app, &who).await?;
            say(slip::print(app, person.id, &why, &print).await?)
        }
        Command::RevokeSlips { who, why } => {
            let person = find(app, &who).await?;
            let count = crate::slip::revoke(app, person.id, &why.by, &why.reason).await?;
            say(format_args!("{count} slip(s) are no longer good."))
        }
        Command::SetLibraryCode {
            who,
            why,
            code,
            symbology,
            ..
        } => {
            let person = find(app, &who).await?;
            deeds::set_library_code(app, person.id, why.deed(), code, symbology).await?;
            say("The library code is set.")
        }
    }
}

async fn find(app: &App, who: &Who) -> Result<person::Model, Failure> {
    let people = person::Entity::find();
    let people = match (&who.feide, &who.id) {
        (Some(name), _) => people.filter(person::Column::FeideName.eq(name.trim().to_lowercase())),
        (None, Some(id)) => match id.parse::<Uuid>() {
            Ok(id) => people.filter(person::Column::Id.eq(id)),
            Err(_) => people.filter(person::Column::SourceKey.eq(id.as_str())),
        },
        (None, None) => return Err(WhoError::Nobody.into()),
    };
    let mut found = people.all(&app.db).await?;
    if let (Some(name), true) = (&who.feide, found.is_empty()) {
        // The records of apprentices have no Feide name; those who have logged in do.
        found = by_account(app, &name.trim().to_lowercase()).await?;
    }
    if found.iter().any(|row| row.withdrawn_at.is_none()) {
        // The one who is there now goes before those who had the name before.
        found.retain(|row| row.withdrawn_at.is_none());
    }
    match found.len() {
        0 => Err(WhoError::Nobody.into()),
        1 => Ok(found.swap_remove(0)),
        _ => {
            let keys: Vec<_> = found.iter().map(|row| row.source_key.as_str()).collect();
            Err(WhoError::Several(keys.join(", ")).into())
        }
    }
}

async fn by_account(app: &App, feide_name: &str) -> Result<Vec<person::Model>, DbErr> {
    let accounts = account::Entity::find()
        .filter(account::Column::FeideName.eq(feide_name))
        .all(&app.db)
        .await?;
    let people = accounts.iter().filter_map(|account| account.person_id);
    person::Entity::find()
        .filter(person::Column::Id.is_in(people))
        .all(&app.db)
        .await
}

#[cfg(test)]
mod tests;
