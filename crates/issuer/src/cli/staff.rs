//! `staff`: roles of those who work at `/admin`.

use clap::Subcommand;

use crate::{
    admin::{
        Role,
        staff::{self, Grant, GrantError},
    },
    app::App,
};

use super::{Failure, Why, said, say};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Give somebody a role.
    Grant {
        /// To whom, by Feide name.
        #[arg(long, value_name = "NAME", value_parser = said)]
        feide: String,
        /// school-admin, ikt-contact, library, photographer, county-admin or auditor.
        #[arg(long, value_parser = role)]
        role: Role,
        /// The school's number (skolenummer); without it, for the whole county.
        #[arg(long, value_name = "NUMBER")]
        school: Option<String>,
        #[command(flatten)]
        why: Why,
    },
    /// End a role; who is logged in has it no more from the next page on.
    Revoke {
        /// Of whom, by Feide name.
        #[arg(long, value_name = "NAME", value_parser = said)]
        feide: String,
        /// school-admin, ikt-contact, library, photographer, county-admin or auditor; without it, all that they have.
        #[arg(long, value_parser = role)]
        role: Option<Role>,
        /// The school's number, if it was given for one.
        #[arg(long, value_name = "NUMBER", requires = "role")]
        school: Option<String>,
        #[command(flatten)]
        why: Why,
    },
    /// Say who has which role.
    List,
}

fn role(text: &str) -> Result<Role, &'static str> {
    Role::from_id(&text.trim().to_lowercase())
        .ok_or("use school-admin, ikt-contact, library, photographer, county-admin or auditor")
}

pub(super) async fn run(app: &App, command: Command) -> Result<(), Failure> {
    match command {
        Command::Grant {
            feide,
            role,
            school,
            why,
        } => {
            staff::give(app, &feide, &Grant { role, school }, why.deed()).await?;
            say("The role is given.")
        }
        Command::Revoke {
            feide,
            role,
            school,
            why,
        } => {
            let feide = feide.to_lowercase();
            let mut count = 0;
            for row in staff::all(&app.db).await? {
                let is_meant = row.feide_name == feide
                    && role.is_none_or(|role| row.role == role.id() && row.school_number == school);
                if is_meant {
                    staff::end(app, row.id, why.deed()).await?;
                    count += 1;
                }
            }
            if count == 0 {
                return Err(GrantError::NotGiven.into());
            }
            say(format_args!("{count} role(s) ended."))
        }
        Command::List => {
            for row in staff::all(&app.db).await? {
                let school = row.school_number.as_deref().unwrap_or("the whole county");
                let (name, role, by) = (row.feide_name, row.role, row.given_by);
                say(format_args!("{name}  {role}  {school}  (given by {by})"))?;
            }
            Ok(())
        }
    }
}
