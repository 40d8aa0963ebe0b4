//! Numbers that look random and are the same on every machine (`SplitMix64`).

use uuid::Uuid;

/// A stream of numbers; two streams of different numbers have nothing to do with each other.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The stream with that number.
    pub fn stream(number: u64) -> Random {
        // Neighbouring streams would otherwise overlap, each a step behind the one before.
        Random(Random(number).next() ^ number.rotate_left(32))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A whole number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).expect("a list fits into memory");
        usize::try_from(self.next() % end).expect("less than a list is long")
    }

    /// A whole number from `first` to `last`.
    pub fn between(&mut self, first: usize, last: usize) -> usize {
        first + self.below(last - first + 1)
    }

    /// From 0 up to, not including, 1.
    pub fn unit(&mut self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "53 bits are kept exactly")]
        let number = (self.next() >> 11) as f64;
        number / 9_007_199_254_740_992.0
    }

    /// True that many times in a hundred.
    pub fn percent(&mut self, often: usize) -> bool {
        self.below(100) < often
    }

    /// One of a list.
    pub fn one<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.below(list.len())]
    }

    /// About 0, mostly within 1 of it and never beyond 3.5: a bell.
    pub fn bell(&mut self) -> f64 {
        (0..4).map(|_| self.unit() - 0.5).sum::<f64>() * 1.732
    }

    /// A version 4 UUID.
    pub fn uuid(&mut self) -> Uuid {
        let number = u128::from(self.next()) << 64 | u128::from(self.next());
        uuid::Builder::from_random_bytes(number.to_be_bytes()).into_uuid()
    }

    /// The list in another order.
    pub fn shuffled<T: Copy>(&mut self, list: &[T]) -> Vec<T> {
        let mut list = list.to_vec();
        for at in (1..list.len()).rev() {
            list.swap(at, self.below(at + 1));
        }
        list
    }
}
