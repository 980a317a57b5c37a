//! Covering arrays: few combinations of choices in which every two meet.

use std::collections::HashSet;

/// A choice: the part, by its position, and what becomes of it.
type Choice = (usize, usize);

/// Rows in which every two choices of different parts meet, as far as so many rows can have them: those of parts with few
/// choices first, such as flags and short lists, on which programs decide.
pub fn covering(counts: &[usize], most: usize) -> Vec<Vec<usize>> {
    let all = || (0..counts.len()).flat_map(|at| (0..counts[at]).map(move |choice| (at, choice)));
    let mut order: Vec<(Choice, Choice)> =
        all().flat_map(|a| all().filter(move |b| a.0 < b.0).map(move |b| (a, b))).collect();
    order.sort_by_key(|(a, b)| counts[a.0] * counts[b.0]);
    let mut missing: HashSet<(Choice, Choice)> = order.iter().copied().collect();
    let mut rows = Vec::new();
    for pair in order {
        if rows.len() >= most {
            break;
        }
        if !missing.contains(&pair) {
            continue;
        }
        let mut row: Vec<Option<usize>> = vec![None; counts.len()];
        row[pair.0.0] = Some(pair.0.1);
        row[pair.1.0] = Some(pair.1.1);
        for at in 0..counts.len() {
            if row[at].is_some() {
                continue;
            }
            let gain = |choice: usize| {
                let set = row.iter().enumerate().filter_map(|(other, chosen)| Some((other, (*chosen)?)));
                set.filter(|other| missing.contains(&ordered((at, choice), *other))).count()
            };
            // The first of the best, so that the same schema has the same rows.
            row[at] = (0..counts[at]).rev().max_by_key(|choice| gain(*choice));
        }
        let row: Vec<usize> = row.into_iter().map(Option::unwrap_or_default).collect();
        for a in 0..row.len() {
            for b in a + 1..row.len() {
                missing.remove(&((a, row[a]), (b, row[b])));
            }
        }
        rows.push(row);
    }
    rows
}

fn ordered(a: Choice, b: Choice) -> (Choice, Choice) {
    if a.0 < b.0 { (a, b) } else { (b, a) }
}

#[cfg(test)]
mod tests {
    use super::covering;

    #[test]
    fn every_two_choices_meet_in_few_rows() {
        let counts = [3, 4, 2, 5, 3];
        let rows = covering(&counts, 100);
        for a in 0..counts.len() {
            for b in a + 1..counts.len() {
                for (x, y) in (0..counts[a]).flat_map(|x| (0..counts[b]).map(move |y| (x, y))) {
                    assert!(rows.iter().any(|row| row[a] == x && row[b] == y), "{a}={x} {b}={y}");
                }
            }
        }
        assert!(rows.len() <= 26, "{}", rows.len());
        assert_eq!(covering(&counts, 7).len(), 7);
        assert!(covering(&[4], 9).is_empty());
    }
}
