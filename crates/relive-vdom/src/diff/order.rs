//! From one order to another with the fewest moves.

/// How matched children get from their old order into the new one.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Arrangement {
    /// They are in order.
    InOrder,
    /// These trade places.
    Trade(Vec<u32>),
    /// Those with `false` move.
    Move(Vec<bool>),
}

/// Bytes that a number needs on the wire, as a rule.
const NUMBER: usize = 3;

/// `olds`: the old places, in the new order.
pub(super) fn arrangement(olds: &[u32]) -> Arrangement {
    if olds.is_sorted() {
        return Arrangement::InOrder;
    }
    let stays = longest_increasing(olds);
    let moved = stays.iter().filter(|stays| !**stays).count();
    let mut sorted = olds.to_vec();
    sorted.sort_unstable();
    let places = olds.iter().zip(&sorted);
    let listed: Vec<u32> = places
        .filter(|(new, old)| new != old)
        .map(|(new, _)| *new)
        .collect();
    if 5 + NUMBER * listed.len() <= moved * (2 + 2 * NUMBER) {
        Arrangement::Trade(listed)
    } else {
        Arrangement::Move(stays)
    }
}

/// Marks a longest increasing subsequence of distinct numbers.
pub(super) fn longest_increasing(numbers: &[u32]) -> Vec<bool> {
    const NONE: usize = usize::MAX;
    // For each length, the place of the smallest number that ends such a subsequence.
    let mut ends: Vec<usize> = Vec::new();
    let mut previous = vec![NONE; numbers.len()];
    for (place, &number) in numbers.iter().enumerate() {
        let length = match ends.last() {
            Some(&end) if numbers[end] < number => ends.len(),
            _ => ends.partition_point(|&end| numbers[end] < number),
        };
        if length > 0 {
            previous[place] = ends[length - 1];
        }
        if length == ends.len() {
            ends.push(place);
        } else {
            ends[length] = place;
        }
    }
    let mut marks = vec![false; numbers.len()];
    let mut at = ends.last().copied().unwrap_or(NONE);
    while at != NONE {
        marks[at] = true;
        at = previous[at];
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longest_increasing_subsequences() {
        for (numbers, length) in [
            (&[][..], 0),
            (&[3], 1),
            (&[1, 2, 3], 3),
            (&[3, 2, 1], 1),
            (&[2, 0, 1], 2),
            (&[5, 1, 6, 2, 3, 9, 4], 4),
        ] {
            let marks = longest_increasing(numbers);
            let kept: Vec<u32> = numbers
                .iter()
                .zip(&marks)
                .filter(|(_, kept)| **kept)
                .map(|(n, _)| *n)
                .collect();
            assert!(kept.is_sorted());
            assert_eq!(kept.len(), length, "{numbers:?}");
        }
    }

    /// Bytes of the way that was taken, and of the other.
    fn costs(olds: &[u32]) -> (usize, usize) {
        let mut sorted = olds.to_vec();
        sorted.sort_unstable();
        let displaced = olds.iter().zip(&sorted).filter(|(a, b)| a != b).count();
        let stays = longest_increasing(olds)
            .iter()
            .filter(|stays| **stays)
            .count();
        (5 + 3 * displaced, 8 * (olds.len() - stays))
    }

    #[test]
    fn of_all_orders_of_six_the_shorter_way_is_taken() {
        for code in 0..6_usize.pow(6) {
            let olds: Vec<u32> = (0..6)
                .map(|n| (code / 6_usize.pow(n) % 6) as u32 * 2)
                .collect();
            if (0..6).any(|n| !olds.contains(&(2 * n))) {
                continue;
            }
            let (trade, moves) = costs(&olds);
            match arrangement(&olds) {
                Arrangement::InOrder => assert!(olds.is_sorted()),
                Arrangement::Trade(listed) => {
                    assert!(trade <= moves && !olds.is_sorted(), "{olds:?}");
                    assert_eq!(5 + 3 * listed.len(), trade);
                    assert!(listed.iter().all(|old| olds[*old as usize / 2] != *old));
                }
                Arrangement::Move(stays) => {
                    assert!(moves < trade && !olds.is_sorted(), "{olds:?}");
                    let kept = olds.iter().zip(&stays).filter(|(_, stays)| **stays);
                    assert!(kept.map(|(old, _)| old).is_sorted());
                }
            }
        }
    }

    #[test]
    fn the_shorter_way_is_taken() {
        assert_eq!(arrangement(&[0, 2, 5]), Arrangement::InOrder);
        assert_eq!(arrangement(&[3, 1, 2, 0]), Arrangement::Trade(vec![3, 0]));
        assert_eq!(
            arrangement(&[1, 2, 0]),
            Arrangement::Move(vec![true, true, false])
        );
    }
}
