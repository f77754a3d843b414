//! Comparing and hashing bytes at the speed of memory, in safe code.

/// The length of the longest common prefix.
#[inline]
pub(crate) fn common_prefix(a: &[u8], b: &[u8]) -> usize {
    let n = a.len().min(b.len());
    let (a, b) = (&a[..n], &b[..n]);
    let mut at = 0;
    // Most calls differ at once: look at a few words before going wide.
    while at + 8 <= n && at < 32 {
        let difference = word(a, at) ^ word(b, at);
        if difference != 0 {
            return at + (difference.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    for wide in [1024, 64] {
        while at + wide <= n && a[at..at + wide] == b[at..at + wide] {
            at += wide;
        }
    }
    while at + 8 <= n {
        let difference = word(a, at) ^ word(b, at);
        if difference != 0 {
            return at + (difference.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while at < n && a[at] == b[at] {
        at += 1;
    }
    at
}

/// The length of the longest common suffix.
#[inline]
pub(crate) fn common_suffix(a: &[u8], b: &[u8]) -> usize {
    let n = a.len().min(b.len());
    let (a, b) = (&a[a.len() - n..], &b[b.len() - n..]);
    let mut left = n;
    for wide in [1024, 64] {
        while left >= wide && a[left - wide..left] == b[left - wide..left] {
            left -= wide;
        }
    }
    while left >= 8 {
        let difference = word(a, left - 8) ^ word(b, left - 8);
        if difference != 0 {
            return n - left + (difference.leading_zeros() / 8) as usize;
        }
        left -= 8;
    }
    while left > 0 && a[left - 1] == b[left - 1] {
        left -= 1;
    }
    n - left
}

/// The eight bytes at `at`, first byte lowest.
#[inline]
fn word(bytes: &[u8], at: usize) -> u64 {
    match bytes[at..].first_chunk() {
        Some(chunk) => u64::from_le_bytes(*chunk),
        None => 0,
    }
}

/// A hash of some bytes: fast, good enough for tables whose hits are compared, and of no use against attackers
/// (they can make a table slow only where the number of its hits is bounded).
#[inline]
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    const K: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut a = (bytes.len() as u64).wrapping_mul(K);
    let mut b = K;
    let mut chunks = bytes.chunks_exact(16);
    for chunk in &mut chunks {
        a = (a ^ word(chunk, 0)).wrapping_mul(K).rotate_left(29);
        b = (b ^ word(chunk, 8)).wrapping_mul(K).rotate_left(31);
    }
    for &byte in chunks.remainder() {
        a = (a ^ u64::from(byte)).wrapping_mul(K).rotate_left(29);
    }
    let mixed = (a ^ b.rotate_left(17)).wrapping_mul(K);
    mixed ^ mixed >> 32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_of_like_bytes_differ_in_their_low_bits_too() {
        let mut low = std::collections::HashSet::new();
        let mut all = std::collections::HashSet::new();
        let mut count = 0;
        let mut add = |bytes: &[u8]| {
            count += 1;
            low.insert(hash(bytes) & 0xffff);
            assert!(all.insert(hash(bytes)), "{bytes:?}");
        };
        for n in 0..3000 {
            add(format!("{n}").as_bytes());
            add(format!("<tr id=\"r{n}\"><td>row {n}</td></tr>").as_bytes());
        }
        (0..100).for_each(|length| add(&vec![0; length]));
        (0..64).for_each(|at| {
            let mut bytes = [0; 64];
            bytes[at] = 1;
            add(&bytes);
        });
        assert!(low.len() > count * 9 / 10, "{} of {count}", low.len());
    }

    #[test]
    fn prefix_and_suffix_agree_with_a_plain_loop() {
        for n in [0, 1, 7, 8, 9, 31, 33, 63, 64, 65, 1023, 1024, 1025, 5000] {
            let a: Vec<u8> = (0..n).map(|i| (i * 7 % 251) as u8).collect();
            assert_eq!((common_prefix(&a, &a), common_suffix(&a, &a)), (n, n));
            for at in (0..n).step_by(1 + n / 40) {
                let mut b = a.clone();
                b[at] ^= 1;
                assert_eq!(common_prefix(&a, &b), at);
                assert_eq!(common_suffix(&a, &b), n - at - 1);
                assert_ne!(hash(&a), hash(&b));
                b.truncate(at);
                assert_eq!(common_prefix(&a, &b), at);
            }
        }
    }
}
