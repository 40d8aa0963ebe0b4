//! Every setting of the program, read once from the command line and the environment, and checked once.

mod contact;

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum};

pub use contact::Contact;

/// The fewest characters of a token that an operator sets.
const BOOTSTRAP_TOKEN_LENGTH: usize = 32;

/// The settings of `serve`.
#[derive(Args, Clone, Debug)]
pub struct Config {
    /// Address and port to listen on
    #[arg(
        long,
        env = "HERITAGE_LISTEN",
        value_name = "ADDRESS",
        default_value = "127.0.0.1:8080",
        value_parser = parse_listen
    )]
    pub listen: SocketAddr,

    /// Private address and port for metrics (Prometheus) and health, never to be reached by the public [default: none]
    #[arg(
        long,
        env = "HERITAGE_ADMIN_LISTEN",
        value_name = "ADDRESS",
        value_parser = parse_listen
    )]
    pub admin_listen: Option<SocketAddr>,

    /// Where the database is
    #[command(flatten)]
    pub database: Database,

    /// Address under which people reach the registry, for links [default: http:// and the address it listens on]
    #[arg(long, env = "HERITAGE_PUBLIC_URL", value_name = "URL", value_parser = parse_public_url)]
    pub public_url: Option<String>,

    /// Proxies whose Forwarded or X-Forwarded-Proto, -Host and -Prefix give the address for links, where no public URL
    /// is set: addresses and ranges, as `127.0.0.1,10.0.0.0/8` [default: none]
    #[arg(
        long,
        env = "HERITAGE_TRUSTED_PROXIES",
        value_name = "RANGES",
        value_delimiter = ','
    )]
    pub trusted_proxies: Vec<Network>,

    /// Whether a reviewer of another organization than the one that submitted it has to publish a report or a site
    #[arg(
        long,
        env = "HERITAGE_TWO_ORGANIZATIONS",
        value_name = "true|false",
        default_value_t = true,
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        action = clap::ArgAction::Set
    )]
    pub two_organizations: bool,

    /// Where sites are expected, as WEST,SOUTH,EAST,NORTH in degrees: a place outside is refused if it would be inside
    /// with longitude and latitude exchanged, and else shown to reviewers as unusual [default: 44.5,38.3,48.5,41.2]
    #[arg(long, env = "HERITAGE_WORKING_AREA", value_name = "BOX", value_parser = parse_box, allow_hyphen_values = true)]
    pub working_area: Option<[f64; 4]>,

    /// Address of another MapLibre style to lie below the sites on the map, and after it, with spaces, every further host that
    /// it loads from [default: our own rivers, lakes and places]
    #[arg(long, env = "HERITAGE_MAP_STYLE", value_name = "URL")]
    pub map_style: Option<MapStyle>,

    /// Where people write to whoever runs the registry, shown on every page: an e-mail address or an https address
    /// [default: none]
    #[arg(long, env = "HERITAGE_CONTACT", value_name = "ADDRESS")]
    pub contact: Option<Contact>,

    /// A layer of a GeoPackage or GeoJSON file to serve beside the registry's own collections, to be read by everybody; may
    /// be repeated, or several with commas [default: none]
    #[arg(
        long,
        env = "HERITAGE_EXTRA",
        value_name = "NAME=FILE[#LAYER]",
        value_delimiter = ','
    )]
    pub extra: Vec<ExtraFile>,

    /// Leave a new database empty, without the real catalogue: for records that are moved in by `import`
    #[arg(long, env = "HERITAGE_EMPTY")]
    pub empty: bool,

    /// Token of the administrator of a new database, at least 32 characters; without it one is made, and shown once
    #[arg(
        long = "bootstrap-token",
        env = "HERITAGE_BOOTSTRAP_TOKEN",
        hide = true,
        hide_env_values = true
    )]
    pub bootstrap_token: Option<Secret>,
}

/// A style of others that lies below the sites on the map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapStyle {
    /// Its address.
    pub url: String,
    /// What a page with it may load from, as a policy of browsers names them, with spaces between.
    pub origins: String,
}

impl FromStr for MapStyle {
    type Err = String;

    fn from_str(text: &str) -> Result<MapStyle, String> {
        // What a policy would read as more than an origin is in none.
        let origin = |url: &str| {
            let (scheme, rest) = url.split_once("://")?;
            let host = rest.split('/').next()?;
            let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b);
            let is_origin = !host.is_empty() && host.bytes().all(is_plain);
            (["http", "https"].contains(&scheme) && is_origin).then(|| format!("{scheme}://{host}"))
        };
        let mut words = text.split_whitespace();
        let url = words.next().unwrap_or_default().to_owned();
        let origins: Option<Vec<String>> = [url.as_str()]
            .into_iter()
            .chain(words)
            .map(origin)
            .collect();
        let origins = origins.ok_or(
            "write https://maps.example.org/style.json, and after it with a space each further host, as https://tiles.example.org",
        )?;
        Ok(MapStyle {
            url,
            origins: origins.join(" "),
        })
    }
}

/// Where the database is.
#[derive(Args, Clone, Debug)]
pub struct Database {
    /// Folder of the embedded database and of what makes a start quick, made if it is not there
    #[arg(
        long,
        env = "HERITAGE_DATA",
        value_name = "FOLDER",
        default_value = "./data"
    )]
    pub data: PathBuf,

    /// PostgreSQL database to use instead: `postgres://user:password@host/name`
    #[arg(long, env = "DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub database_url: Option<Secret>,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Lines for people
    Text,
    /// One JSON object on each line, for programs
    Json,
}

impl Database {
    /// That of a URL, or of a folder; what is wrong with a name that is neither is said without repeating it.
    pub fn named(name: &Secret) -> Result<Database, String> {
        let is_url = name.0.contains("://");
        let is_folder = !name.0.is_empty() && (!name.0.contains(':') || name.0.contains('/'));
        if !is_url && !is_folder {
            return Err("a database is the URL of a PostgreSQL, postgres://…, or a folder (one with a colon in its name is written ./a:b)".to_owned());
        }
        let database = Database {
            data: PathBuf::from(if is_url { "./data" } else { &name.0 }),
            database_url: is_url.then(|| name.clone()),
        };
        database.check().map(|()| database)
    }

    /// What is wrong with a secret setting, said without repeating it.
    pub fn check(&self) -> Result<(), String> {
        let urls = ["postgres://", "postgresql://"];
        let is_url = |url: &Secret| urls.iter().any(|start| url.0.starts_with(start));
        if self.database_url.as_ref().is_some_and(|url| !is_url(url)) {
            return Err("DATABASE_URL begins with postgres://; without it, the registry keeps a file of its own".to_owned());
        }
        Ok(())
    }
}

/// A range of addresses, as `10.0.0.0/8`, or a single one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u32,
}

impl Network {
    /// Whether an address is in it. An IPv4 address is the same written as IPv6.
    pub fn holds(self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let differing = own.to_bits() ^ other.to_bits();
                differing.checked_shr(32 - self.bits).unwrap_or_default() == 0
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let differing = own.to_bits() ^ other.to_bits();
                differing.checked_shr(128 - self.bits).unwrap_or_default() == 0
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong =
            || "write an address or a range: 192.0.2.7, 10.0.0.0/8, 2001:db8::/32".to_owned();
        let (address, bits) = match text.trim().split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text.trim(), None),
        };
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), str::parse).map_err(|_| wrong())?;
        if bits > most {
            return Err(wrong());
        }
        Ok(Network { address, bits })
    }
}

/// A layer of a file, and its name in addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtraFile {
    /// Its name.
    pub name: String,
    /// The file.
    pub file: PathBuf,
    /// Which layer of the file; the only one, where none is said.
    pub layer: Option<String>,
}

impl FromStr for ExtraFile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || {
            "write a name and a file, with the layer if there are several: my-survey=survey.gpkg#sites".to_owned()
        };
        let (name, file) = text.trim().split_once('=').ok_or_else(wrong)?;
        let (file, layer) = match file.rsplit_once('#') {
            Some((file, layer)) => (file, Some(layer.to_owned())),
            None => (file, None),
        };
        if name.is_empty() || file.is_empty() || layer.as_deref() == Some("") {
            return Err(wrong());
        }
        Ok(ExtraFile {
            name: name.to_owned(),
            file: file.into(),
            layer,
        })
    }
}

/// A setting that is never printed.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// The text, for the one place that needs it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl FromStr for Secret {
    type Err = std::convert::Infallible;

    // Takes everything: a parser that refused a value would print it. `Config::check` refuses without.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Secret(text.to_owned()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

impl Config {
    /// What is wrong with settings that only together say it, or that are secret; of those, nothing is repeated.
    pub fn check(&self) -> Result<(), String> {
        self.database.check()?;
        if let Some(private) = self.admin_listen
            && overlap(self.listen, private)
        {
            return Err(format!(
                "--admin-listen (HERITAGE_ADMIN_LISTEN) is {private}, which the public reaches at --listen {}: choose another port",
                self.listen
            ));
        }
        let is_token = |token: &Secret| {
            token.0.len() >= BOOTSTRAP_TOKEN_LENGTH && token.0.bytes().all(|b| b.is_ascii_graphic())
        };
        if self
            .bootstrap_token
            .as_ref()
            .is_some_and(|token| !is_token(token))
        {
            return Err(format!(
                "HERITAGE_BOOTSTRAP_TOKEN has at least {BOOTSTRAP_TOKEN_LENGTH} characters and no spaces: openssl rand -hex 32 makes one"
            ));
        }
        Ok(())
    }

    /// The base of every link, without a slash at its end.
    pub fn base_url(&self, listening: SocketAddr) -> String {
        self.public_url
            .clone()
            .unwrap_or_else(|| format!("http://{listening}"))
    }

    /// Whose word counts for the base of links: nobody's, where the operator gave it.
    pub fn trusted_for_links(&self) -> Vec<Network> {
        match self.public_url {
            Some(_) => Vec::new(),
            None => self.trusted_proxies.clone(),
        }
    }
}

/// Whether who asks at one address may reach the other.
fn overlap(one: SocketAddr, other: SocketAddr) -> bool {
    let is_same = one.ip().to_canonical() == other.ip().to_canonical();
    let is_any = one.ip().is_unspecified() || other.ip().is_unspecified();
    // Port 0 is any that is free.
    one.port() == other.port() && one.port() != 0 && (is_same || is_any)
}

fn parse_listen(text: &str) -> Result<SocketAddr, String> {
    let wrong = "write an address and a port: 127.0.0.1:8080, 0.0.0.0:80, [::1]:8080";
    text.parse().map_err(|_| wrong.to_owned())
}

fn parse_box(text: &str) -> Result<[f64; 4], String> {
    let wrong =
        || "write four numbers, west, south, east and north, as 44.5,38.3,48.5,41.2".to_owned();
    let numbers: Result<Vec<f64>, _> = text.split(',').map(|one| one.trim().parse()).collect();
    numbers
        .map_err(|_| wrong())?
        .try_into()
        .map_err(|_| wrong())
}

fn parse_public_url(text: &str) -> Result<String, String> {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    match rest {
        Some(rest) if !rest.is_empty() && !rest.starts_with('/') && !rest.contains(['?', '#', ' ']) => {
            Ok(text.trim_end_matches('/').to_owned())
        }
        _ => Err("write https://registry.example.org, with the path if there is one, and nothing after it".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_checked() {
        assert_eq!(
            parse_public_url("https://example.org/heritage/"),
            Ok("https://example.org/heritage".to_owned())
        );
        for wrong in [
            "example.org",
            "https://",
            "https://example.org?x",
            "ftp://example.org",
        ] {
            assert!(parse_public_url(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_style_of_others_is_an_address_with_hosts() {
        let style: MapStyle = "https://a.example/x/style.json?k=1  https://b.example:8443"
            .parse()
            .unwrap();
        assert_eq!(style.url, "https://a.example/x/style.json?k=1");
        assert_eq!(style.origins, "https://a.example https://b.example:8443");
        for wrong in [
            "",
            "style.json",
            "ftp://a.example",
            "https://",
            "https://a.example; script-src *",
            "https://a'b",
        ] {
            assert!(wrong.parse::<MapStyle>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_box_is_four_numbers() {
        assert_eq!(
            parse_box("44.5, 38.3,48.5,41"),
            Ok([44.5, 38.3, 48.5, 41.0])
        );
        for wrong in ["", "1,2,3", "1,2,3,4,5", "a,b,c,d"] {
            assert!(parse_box(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_range_holds_what_begins_alike() {
        for (range, address, expected) in [
            ("10.0.0.0/8", "10.255.0.1", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("10.0.0.0/8", "::ffff:10.1.2.3", true),
            ("10.0.0.0/8", "::a01:203", false),
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.8", false),
            ("0.0.0.0/0", "203.0.113.1", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("2001:db8::/32", "2001:db8:1::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("::/0", "2001:db9::1", true),
            (" ::1 ", "::1", true),
        ] {
            let network: Network = range.parse().unwrap();
            let holds = network.holds(address.parse().unwrap());
            assert_eq!(holds, expected, "{range} {address}");
        }
        for wrong in [
            "",
            "proxy",
            "10.0.0.0/33",
            "::/129",
            "10.0.0.0/-1",
            "10/8",
            "1.2.3.4/",
        ] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_public_address_wins_over_proxies() {
        let mut config = with(None, None);
        config.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
        assert_eq!(config.trusted_for_links(), config.trusted_proxies);
        config.public_url = Some("https://registry.example.org".to_owned());
        assert_eq!(config.trusted_for_links(), []);
    }

    #[test]
    fn the_private_address_is_not_that_of_the_public() {
        for (public, private, expected) in [
            ("127.0.0.1:8080", "127.0.0.1:8080", false),
            ("127.0.0.1:8080", "127.0.0.1:9090", true),
            ("127.0.0.1:8080", "127.0.0.2:8080", true),
            ("0.0.0.0:8080", "127.0.0.1:8080", false),
            ("127.0.0.1:8080", "[::]:8080", false),
            ("127.0.0.1:8080", "[::ffff:127.0.0.1]:8080", false),
            ("127.0.0.1:0", "127.0.0.1:0", true),
        ] {
            let mut config = with(None, None);
            config.listen = public.parse().unwrap();
            config.admin_listen = Some(private.parse().unwrap());
            assert_eq!(config.check().is_ok(), expected, "{public} {private}");
        }
    }

    #[test]
    fn a_layer_of_a_file_has_a_name_and_perhaps_a_layer() {
        for (text, expected) in [
            ("a=b.gpkg", Some(("a", "b.gpkg", None))),
            ("a=b#1.gpkg#c d", Some(("a", "b#1.gpkg", Some("c d")))),
            (" a=/x/y=z.json ", Some(("a", "/x/y=z.json", None))),
            ("a", None),
            ("=b", None),
            ("a=", None),
            ("a=#c", None),
            ("a=b#", None),
        ] {
            let parsed: Option<ExtraFile> = text.parse().ok();
            let expected = expected.map(|(name, file, layer)| ExtraFile {
                name: name.to_owned(),
                file: file.into(),
                layer: layer.map(str::to_owned),
            });
            assert_eq!(parsed, expected, "{text}");
        }
    }

    fn with(database_url: Option<&str>, token: Option<&str>) -> Config {
        let secret = |text: &str| Secret(text.to_owned());
        Config {
            listen: "127.0.0.1:0".parse().unwrap(),
            admin_listen: None,
            database: Database {
                data: PathBuf::new(),
                database_url: database_url.map(secret),
            },
            public_url: None,
            map_style: None,
            contact: None,
            trusted_proxies: Vec::new(),
            two_organizations: true,
            working_area: None,
            extra: vec![],
            empty: false,
            bootstrap_token: token.map(secret),
        }
    }

    #[test]
    fn a_secret_that_will_not_do_is_refused_without_being_repeated() {
        let (short, spaced) = ("a".repeat(31), "a b".repeat(32));
        for (url, token, secret) in [
            (Some("mysql://user:secret@localhost/x"), None, "secret"),
            (None, Some(short.as_str()), short.as_str()),
            (None, Some(spaced.as_str()), spaced.as_str()),
        ] {
            let config = with(url, token);
            assert!(
                !config.check().unwrap_err().contains(secret),
                "{url:?} {token:?}"
            );
            assert!(!format!("{config:?}").contains(secret));
        }
        let right = "a".repeat(32);
        assert_eq!(
            with(Some("postgres://localhost/x"), Some(&right)).check(),
            Ok(())
        );
    }
}
