//! Weights of evidence: logarithms of odds to base 2, as whole hundredths, so
//! that every machine adds them up to the same sum.

/// Hundredths of a bit. 100 means: twice as probable.
pub(super) type Bits = i32;

/// One bit.
pub(super) const BIT: Bits = 100;

/// The logarithm to base 2 of a number (0 counts as 1), to within two hundredths.
pub(super) fn log2(number: u64) -> Bits {
    let number = number.max(1);
    let whole = number.ilog2();
    // The sixteen binary digits after the first one.
    let below = number - (1 << whole);
    let part = if whole >= 16 {
        below >> (whole - 16)
    } else {
        below << (16 - whole)
    };
    let part = i64::try_from(part).unwrap_or(0);
    // log2(1 + x) ≈ x + 0.343 x (1 - x) between 0 and 1.
    let curve = (part * (65_536 - part) / 65_536) * 343 / 1000;
    let hundredths = (part + curve) * 100 / 65_536;
    Bits::try_from(whole).unwrap_or(0) * BIT + Bits::try_from(hundredths).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_the_logarithm() {
        for number in (1..5000).chain([1 << 40, u64::MAX]) {
            let exact = (number as f64).log2() * 100.0;
            let error = (f64::from(log2(number)) - exact).abs();
            assert!(error < 2.0, "{number}: {error}");
        }
        assert_eq!(log2(0), 0);
    }
}
