//! What the command line says about how much people may use.

use app::model::{Limits, Size};
use clap::Args;

/// How much a member may have where nothing else is said of them on the page Users. Administrators have no limits.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Limits of each member, unless others are set for them")]
pub struct LimitArgs {
    /// Stores
    #[arg(long, env = "URUMI_MEMBER_STORES", default_value_t = Limits::default().stores, value_name = "N")]
    pub member_stores: u32,

    /// Stores that are queued or being made at once
    #[arg(long, env = "URUMI_MEMBER_CREATES", default_value_t = Limits::default().creating, value_name = "N")]
    pub member_creates: u32,

    /// Seconds between two new stores
    #[arg(long, env = "URUMI_MEMBER_PAUSE", default_value_t = Limits::default().pause, value_name = "SECONDS")]
    pub member_pause: u32,

    /// The largest size: small, medium or large
    #[arg(long, env = "URUMI_MEMBER_SIZE", default_value_t = Limits::default().largest, value_name = "SIZE",
          value_parser = parse_size)]
    pub member_size: Size,

    /// The volumes of all their stores, in GiB
    #[arg(long, env = "URUMI_MEMBER_VOLUME", default_value_t = Limits::default().volume_gib, value_name = "GIB")]
    pub member_volume: u32,
}

impl From<&LimitArgs> for Limits {
    fn from(args: &LimitArgs) -> Self {
        Self {
            stores: args.member_stores,
            creating: args.member_creates,
            pause: args.member_pause,
            largest: args.member_size,
            volume_gib: args.member_volume,
        }
    }
}

fn parse_size(text: &str) -> Result<Size, String> {
    text.parse().map_err(|_| "it is small, medium or large".to_owned())
}
