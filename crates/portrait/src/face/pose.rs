//! Where a head is turned to: the rotation that lays the canonical face best on a mesh.
//!
//! B. K. P. Horn, "Closed-form solution of absolute orientation using unit quaternions", 1987.

use super::Pose;

/// Points of the canonical face: number, weight, place in centimetres with x to the right of the picture, y up and z
/// towards the camera. From the geometry metadata of Face Mesh.
const CANONICAL: [(usize, f64, [f64; 3]); 33] = [
    (4, 0.070910, [0.000000, -0.463170, 7.586580]),
    (6, 0.032100, [0.000000, 2.473255, 5.788627]),
    (10, 0.008447, [0.000000, 8.261778, 4.481535]),
    (33, 0.058724, [-4.445859, 2.663991, 3.173422]),
    (54, 0.007667, [-6.279331, 6.615427, 1.425850]),
    (67, 0.009078, [-3.523964, 8.005976, 3.729163]),
    (117, 0.009792, [-5.258659, 0.945811, 2.974312]),
    (119, 0.014565, [-3.300681, 0.861641, 3.872784]),
    (121, 0.018591, [-1.820731, 1.467954, 4.224124]),
    (127, 0.005198, [-7.743095, 2.364999, -2.005167]),
    (129, 0.120625, [-1.785794, -0.978284, 4.850470]),
    (132, 0.005560, [-7.270895, -2.890917, -2.252455]),
    (133, 0.053286, [-1.856432, 2.585245, 3.757904]),
    (136, 0.066890, [-5.085276, -7.178590, 0.714711]),
    (143, 0.014817, [-6.407571, 2.236021, 1.560843]),
    (147, 0.014263, [-6.234883, -1.944430, 1.663542]),
    (198, 0.025462, [-1.246815, 0.230297, 5.681036]),
    (205, 0.047252, [-3.832928, -1.537326, 4.137731]),
    (263, 0.058724, [4.445859, 2.663991, 3.173422]),
    (284, 0.007667, [6.279331, 6.615427, 1.425850]),
    (297, 0.009078, [3.523964, 8.005976, 3.729163]),
    (346, 0.009792, [5.258659, 0.945811, 2.974312]),
    (348, 0.014565, [3.300681, 0.861641, 3.872784]),
    (350, 0.018591, [1.820731, 1.467954, 4.224124]),
    (356, 0.005198, [7.743095, 2.364999, -2.005167]),
    (358, 0.120625, [1.785794, -0.978284, 4.850470]),
    (361, 0.005560, [7.270895, -2.890917, -2.252455]),
    (362, 0.053286, [1.856432, 2.585245, 3.757904]),
    (365, 0.066890, [5.085276, -7.178590, 0.714711]),
    (372, 0.014817, [6.407571, 2.236021, 1.560843]),
    (376, 0.014263, [6.234883, -1.944430, 1.663542]),
    (420, 0.025462, [1.246815, 0.230297, 5.681036]),
    (425, 0.047252, [3.832928, -1.537326, 4.137731]),
];

type Matrix4 = [[f64; 4]; 4];

/// The pose of a mesh: x to the right, y down, z away from the camera.
pub(super) fn of(points: &[[f32; 3]]) -> Pose {
    let pairs: Vec<_> = CANONICAL
        .iter()
        .filter_map(|(index, weight, canonical)| {
            let [x, y, z] = points.get(*index)?.map(f64::from);
            Some((*weight, *canonical, [x, -y, -z]))
        })
        .collect();
    let total: f64 = pairs.iter().map(|(weight, ..)| weight).sum();
    if total <= 0.0 {
        return Pose::default();
    }
    let mut middles = [[0.0; 3]; 2];
    for (weight, canonical, seen) in &pairs {
        for axis in 0..3 {
            middles[0][axis] += weight * canonical[axis] / total;
            middles[1][axis] += weight * seen[axis] / total;
        }
    }
    // How the coordinates go together: Horn's matrix M.
    let mut m = [[0.0; 3]; 3];
    for (weight, canonical, seen) in &pairs {
        for (row, entries) in m.iter_mut().enumerate() {
            for (column, entry) in entries.iter_mut().enumerate() {
                *entry += weight
                    * (canonical[row] - middles[0][row])
                    * (seen[column] - middles[1][column]);
            }
        }
    }
    angles(rotation(&m))
}

/// The rotation as a unit quaternion: the eigenvector of Horn's matrix N with the largest eigenvalue.
fn rotation(m: &[[f64; 3]; 3]) -> [f64; 4] {
    let [[xx, xy, xz], [yx, yy, yz], [zx, zy, zz]] = *m;
    let mut n: Matrix4 = [
        [xx + yy + zz, yz - zy, zx - xz, xy - yx],
        [yz - zy, xx - yy - zz, xy + yx, zx + xz],
        [zx - xz, xy + yx, yy - xx - zz, yz + zy],
        [xy - yx, zx + xz, yz + zy, zz - xx - yy],
    ];
    // With all eigenvalues made positive, squaring the matrix again and again leaves only the largest.
    let size = norm(n.as_flattened());
    for (index, row) in n.iter_mut().enumerate() {
        row[index] += size;
    }
    for _ in 0..16 {
        let size = norm(n.as_flattened());
        if size <= 0.0 {
            return [1.0, 0.0, 0.0, 0.0];
        }
        n = n.map(|row| row.map(|entry| entry / size));
        n = std::array::from_fn(|row| {
            std::array::from_fn(|column| (0..4).map(|k| n[row][k] * n[k][column]).sum())
        });
    }
    // Every column is a multiple of it; the longest is the most exact. The matrix is symmetric, so rows do as well.
    let longest = n
        .into_iter()
        .max_by(|one, other| norm(one).total_cmp(&norm(other)))
        .unwrap_or_default();
    let size = norm(&longest);
    longest.map(|entry| entry / size)
}

fn norm(numbers: &[f64]) -> f64 {
    numbers
        .iter()
        .map(|number| number * number)
        .sum::<f64>()
        .sqrt()
}

/// A rotation as turns: first the head leans, then it nods, then it turns aside.
fn angles([w, x, y, z]: [f64; 4]) -> Pose {
    let aside = (2.0 * (x * z + w * y), 1.0 - 2.0 * (x * x + y * y));
    let up = 2.0 * (y * z - w * x);
    let leaning = (2.0 * (x * y + w * z), 1.0 - 2.0 * (x * x + z * z));
    Pose {
        yaw: aside.0.atan2(aside.1).to_degrees() as f32,
        pitch: up.clamp(-1.0, 1.0).asin().to_degrees() as f32,
        roll: -leaning.0.atan2(leaning.1).to_degrees() as f32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The canonical face as a mesh, after this was done to it.
    fn mesh(turn: impl Fn([f64; 3]) -> [f64; 3]) -> Vec<[f32; 3]> {
        let mut points = vec![[0.0; 3]; 468];
        for (index, _, point) in CANONICAL {
            let [x, y, z] = turn(point);
            points[index] = [20.0 * x + 300.0, -20.0 * y + 200.0, -20.0 * z].map(|n| n as f32);
        }
        points
    }

    fn assert_pose(points: &[[f32; 3]], expected: [f32; 3]) {
        let Pose { yaw, pitch, roll } = of(points);
        for (found, expected) in [yaw, pitch, roll].into_iter().zip(expected) {
            assert!((found - expected).abs() < 0.01, "{yaw} {pitch} {roll}");
        }
    }

    #[test]
    fn the_canonical_face_looks_into_the_camera() {
        assert_pose(&mesh(|point| point), [0.0; 3]);
    }

    #[test]
    fn each_turn_is_found_with_its_sign() {
        for degrees in [-60.0_f64, -12.0, 3.0, 35.0] {
            let (sin, cos) = degrees.to_radians().sin_cos();
            let angle = degrees as f32;
            // The nose, at positive z, moves to the right.
            let aside = mesh(|[x, y, z]| [x * cos + z * sin, y, z * cos - x * sin]);
            assert_pose(&aside, [angle, 0.0, 0.0]);
            // The nose moves up.
            let up = mesh(|[x, y, z]| [x, y * cos + z * sin, z * cos - y * sin]);
            assert_pose(&up, [0.0, angle, 0.0]);
            // The crown, at positive y, moves to the right.
            let leaning = mesh(|[x, y, z]| [x * cos + y * sin, y * cos - x * sin, z]);
            assert_pose(&leaning, [0.0, 0.0, angle]);
        }
    }

    #[test]
    fn an_upside_down_face_is_found_so() {
        let Pose { roll, .. } = of(&mesh(|[x, y, z]| [-x, -y, z]));
        assert!((roll.abs() - 180.0).abs() < 0.01);
    }

    #[test]
    fn no_face_has_no_pose() {
        assert_eq!(of(&[]), Pose::default());
        let Pose { yaw, pitch, roll } = of(&[[7.0; 3]; 468]);
        assert!([yaw, pitch, roll].iter().all(|angle| angle.is_finite()));
    }
}
