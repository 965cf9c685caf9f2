//! How many different values there are, in a kilobyte: `HyperLogLog` (Flajolet and others, 2007)
//! with 1,024 registers; the relative standard error is 1.04/√1024, 3.3 %.

/// Bits of a value that choose the register.
const BITS: u32 = 10;
const REGISTERS: usize = 1 << BITS;

/// A set of which only the size is known. Small sets are kept exactly until they are large.
#[derive(Clone, Debug, Default)]
pub struct Distinct {
    few: Vec<u64>,
    registers: Option<Box<[u8; REGISTERS]>>,
}

/// So many values are kept exactly.
const FEW_MAX: usize = 96;

/// Spreads the bits of a value (the finalizer of `SplitMix64`).
fn spread(value: u64) -> u64 {
    let value = (value ^ value >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ value >> 31
}

impl Distinct {
    /// Adds a value.
    pub fn add(&mut self, value: u64) {
        if let Some(registers) = &mut self.registers {
            return put(registers, value);
        }
        if let Err(at) = self.few.binary_search(&value) {
            self.few.insert(at, value);
        }
        if self.few.len() > FEW_MAX {
            let mut registers = Box::new([0; REGISTERS]);
            for value in std::mem::take(&mut self.few) {
                put(&mut registers, value);
            }
            self.registers = Some(registers);
        }
    }

    /// About how many different ones there are; exact while they are few.
    pub fn count(&self) -> f64 {
        let Some(registers) = &self.registers else { return self.few.len() as f64 };
        let all = REGISTERS as f64;
        let sum: f64 = registers.iter().map(|rank| 0.5_f64.powi(i32::from(*rank))).sum();
        let raw = 0.7213 / (1.0 + 1.079 / all) * all * all / sum;
        let empty: usize = registers.iter().map(|rank| usize::from(*rank == 0)).sum();
        // Where registers are empty, counting those is more exact.
        if raw <= 2.5 * all && empty > 0 { all * (all / empty as f64).ln() } else { raw }
    }
}

fn put(registers: &mut [u8; REGISTERS], value: u64) {
    let bits = spread(value);
    let rank = ((bits << BITS).leading_zeros() + 1).min(64 - BITS + 1) as u8;
    if let Some(register) = registers.get_mut((bits >> (64 - BITS)) as usize) {
        *register = (*register).max(rank);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_is_as_stated_and_few_are_exact() {
        for count in [1_u64, 50, 96] {
            let mut set = Distinct::default();
            (0..3 * count).for_each(|value| set.add(value % count * 7919));
            assert!((set.count() - count as f64).abs() < f64::EPSILON);
        }
        let mut squares = 0.0;
        for round in 0..40_u64 {
            let count = 200 + round * round * 60;
            let mut set = Distinct::default();
            (0..count).for_each(|value| set.add(round << 40 | value));
            let off = set.count() / count as f64 - 1.0;
            assert!(off.abs() < 0.13, "{count}: {off}");
            squares += off * off;
        }
        let error = (squares / 40.0_f64).sqrt();
        assert!(error < 0.045, "{error}");
    }
}
