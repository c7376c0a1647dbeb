//! Which samples of a patch belong to the face.

use std::ops::Range;

use super::patch::Grid;
use crate::geometry::Point;

/// The convex hull of a face's outline: for each row of a patch, from which column to which.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FaceArea {
    rows: Vec<Range<usize>>,
}

impl FaceArea {
    /// The outline is in coordinates of the aligned picture. Samples that `inside` denies (beyond the picture's border)
    /// do not belong.
    pub(crate) fn of(outline: &[Point], grid: &Grid, inside: impl Fn(Point) -> bool) -> Self {
        let hull = convex_hull(outline.to_vec());
        let rows = (0..grid.height)
            .map(|row| {
                let y = grid.at(0, row)[1];
                let Some((left, right)) = crossing(&hull, y) else {
                    return 0..0;
                };
                let column =
                    |x: f64| grid.place([x, y])[0].round().clamp(0.0, grid.width as f64) as usize;
                let mut columns = column(left)..column(right);
                // The picture is a convex thing too, so what is outside lies at the ends.
                while !columns.is_empty() && !inside(grid.at(columns.start, row)) {
                    columns.start += 1;
                }
                while !columns.is_empty() && !inside(grid.at(columns.end - 1, row)) {
                    columns.end -= 1;
                }
                columns
            })
            .collect();
        Self { rows }
    }

    /// The rows that have any of it, and the columns.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (usize, Range<usize>)> + '_ {
        let all = self.rows.iter().cloned().enumerate();
        all.filter(|(_, columns)| !columns.is_empty())
    }
}

/// Andrew's monotone chain.
fn convex_hull(mut points: Vec<Point>) -> Vec<Point> {
    points.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    let mut hull: Vec<Point> = Vec::new();
    let backwards: Vec<Point> = points.iter().rev().copied().collect();
    for side in [points, backwards] {
        let start = hull.len();
        for point in side {
            while let [.., a, b] = hull[start..] {
                let turn = (b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0]);
                if turn > 0.0 {
                    break;
                }
                hull.pop();
            }
            hull.push(point);
        }
        hull.pop();
    }
    hull
}

/// Where a level line enters a convex polygon, and where it leaves it.
fn crossing(hull: &[Point], y: f64) -> Option<(f64, f64)> {
    let mut ends: Option<(f64, f64)> = None;
    for (index, a) in hull.iter().enumerate() {
        let b = hull[(index + 1) % hull.len()];
        if (a[1] <= y) == (b[1] <= y) {
            continue;
        }
        let x = a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]);
        ends = Some(match ends {
            None => (x, x),
            Some((left, right)) => (left.min(x), right.max(x)),
        });
    }
    ends
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_is_the_hull_of_its_outline_within_the_picture() {
        let grid = Grid::over(0.0, 0.0, 20.0, 20.0, 1.0);
        // A square with a dent, and a picture that ends at its right.
        let outline = [
            [5.0, 5.0],
            [15.0, 5.0],
            [10.0, 10.0],
            [15.0, 15.0],
            [5.0, 15.0],
        ];
        let area = FaceArea::of(&outline, &grid, |[x, _]| x < 12.0);
        let rows: Vec<_> = area.rows().collect();
        assert_eq!(rows.len(), 10);
        assert!(
            rows.iter().all(|(_, columns)| *columns == (5..12)),
            "{rows:?}"
        );
    }
}
