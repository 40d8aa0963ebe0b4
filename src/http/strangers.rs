//! Who shows tokens that are not valid: each address may do so a few times a minute, and then is told to wait.
//!
//! A token of 256 random bits is not guessed; this keeps logs and the database from whoever tries. Whoever shows one that
//! is valid is never kept, also not at the address of somebody who tries.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZero;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// So many tokens that are not valid from one address at once; then one more every six seconds.
const A_MINUTE: NonZero<u32> = NonZero::new(10).expect("it is not 0");

/// Above so many addresses, those are forgotten that may start anew.
const MANY: usize = 10_000;

/// The addresses that showed tokens that are not valid.
pub struct Strangers(DefaultKeyedRateLimiter<IpAddr>);

impl Default for Strangers {
    fn default() -> Strangers {
        Strangers(RateLimiter::keyed(Quota::per_minute(A_MINUTE)))
    }
}

impl Strangers {
    /// Notes a token that is not valid; fails with the seconds to wait if there were too many.
    pub(super) fn note(&self, address: IpAddr) -> Result<(), u64> {
        if self.0.len() > MANY {
            self.0.retain_recent();
        }
        let noted = self.0.check_key(&network(address));
        noted.map_err(|not_until| {
            let wait = not_until.wait_time_from(DefaultClock::default().now());
            wait.as_secs() + 1
        })
    }
}

impl fmt::Debug for Strangers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Strangers({})", self.0.len())
    }
}

/// An IPv4 address; of IPv6 the 64 bits of a network, within which everybody chooses addresses as they like.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let bits = address.to_bits() & !u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from_bits(bits))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_to_wait_and_others_are_not() {
        let strangers = Strangers::default();
        let note = |address: &str| strangers.note(address.parse().unwrap());
        for _ in 0..A_MINUTE.get() {
            assert_eq!(note("192.0.2.7"), Ok(()));
        }
        let wait = note("192.0.2.7").unwrap_err();
        assert!((1..=7).contains(&wait), "{wait}");
        assert!(
            note("::ffff:192.0.2.7").is_err(),
            "the same, written as IPv6"
        );
        assert_eq!(note("192.0.2.8"), Ok(()));
        for number in 0..A_MINUTE.get() {
            assert_eq!(note(&format!("2001:db8::{number}")), Ok(()));
        }
        assert!(
            note("2001:db8::ffff").is_err(),
            "another address of the same network"
        );
        assert_eq!(note("2001:db8:0:1::"), Ok(()));
    }
}
