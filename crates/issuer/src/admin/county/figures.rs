//! The plots of the first page, each with the same numbers as a table.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DbErr};

use crate::{
    db::entity::daily_count::What,
    plot::{Form, Plot, Row},
    statistics::{self, COUNTY},
    web::Lang,
};

use super::words::Words;

/// The looks of the rows, in their order.
const CLASSES: [&str; 2] = ["plot-first", "plot-second"];

/// A plot and its table.
pub(super) struct Figure {
    pub(super) title: &'static str,
    pub(super) svg: String,
    /// What each look stands for; none where there is but one.
    pub(super) legend: Vec<(&'static str, &'static str)>,
    pub(super) columns: Vec<&'static str>,
    /// Newest first; a dash where nothing was counted.
    pub(super) rows: Vec<(String, Vec<String>)>,
}

/// What a plot is made of.
struct Recipe {
    title: &'static str,
    form: Form,
    rows: &'static [What],
    names: Vec<&'static str>,
}

/// All plots, from the first to the last day.
pub(super) async fn all(
    db: &impl ConnectionTrait,
    lang: Lang,
    w: &'static Words,
    days: (NaiveDate, NaiveDate),
) -> Result<Vec<Figure>, DbErr> {
    let recipes = [
        Recipe {
            title: w.people_with_card,
            form: Form::Line,
            rows: &[What::Enrolled, What::Eligible],
            names: vec![w.enrolled, w.eligible],
        },
        Recipe {
            title: w.new_cards,
            form: Form::Bars,
            rows: &[What::NewCards],
            names: vec![w.new_cards_short],
        },
        Recipe {
            title: w.photos,
            form: Form::Line,
            rows: &[What::PhotosWaiting],
            names: vec![w.photos_waiting],
        },
        Recipe {
            title: w.syncs,
            form: Form::Bars,
            rows: &[What::SyncsApplied, What::SyncsStopped],
            names: vec![w.syncs_applied, w.syncs_stopped],
        },
    ];
    let mut figures = Vec::with_capacity(recipes.len());
    for recipe in recipes {
        figures.push(figure(db, lang, w, days, recipe).await?);
    }
    Ok(figures)
}

async fn figure(
    db: &impl ConnectionTrait,
    lang: Lang,
    w: &'static Words,
    days: (NaiveDate, NaiveDate),
    recipe: Recipe,
) -> Result<Figure, DbErr> {
    let mut rows = Vec::with_capacity(recipe.rows.len());
    let mut table: BTreeMap<NaiveDate, Vec<String>> = BTreeMap::new();
    for ((at, what), class) in recipe.rows.iter().enumerate().zip(CLASSES) {
        let numbers = statistics::series(db, *what, COUNTY, days.0).await?;
        for (day, number) in &numbers {
            let cells = table
                .entry(*day)
                .or_insert_with(|| vec!["–".to_owned(); recipe.rows.len()]);
            if let Some(cell) = cells.get_mut(at) {
                *cell = number.to_string();
            }
        }
        rows.push(Row {
            class,
            days: numbers,
        });
    }
    let newest: Vec<String> = rows
        .iter()
        .zip(&recipe.names)
        .filter_map(|(row, name)| Some(format!("{name}: {}", row.days.last()?.1)))
        .collect();
    let label = (w.plot_label)(recipe.title, &newest.join(", "));
    let svg = Plot {
        label: &label,
        form: recipe.form,
        days,
        rows,
        day: if lang == Lang::En {
            |day| day.format("%-d %b %Y").to_string()
        } else {
            |day| day.format("%d.%m.%Y").to_string()
        },
    }
    .svg();
    let legend = if recipe.names.len() > 1 {
        CLASSES.into_iter().zip(recipe.names.clone()).collect()
    } else {
        Vec::new()
    };
    Ok(Figure {
        title: recipe.title,
        svg,
        legend,
        columns: recipe.names,
        rows: table
            .into_iter()
            .rev()
            .map(|(day, cells)| (lang.day(day), cells))
            .collect(),
    })
}
