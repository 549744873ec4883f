//! How a file of our own template writes what can be read in two ways.

use clap::{Args, ValueEnum};
use domain::number::Mark;
use domain::stated::{Order, Stated};

#[derive(Debug, Default, Clone, Copy, Args)]
pub(super) struct StatedArguments {
    /// The order of day and month in our template, where dates are not written YYYY-MM-DD
    #[arg(long, value_name = "ORDER")]
    dates: Option<DayOrder>,
    /// The mark before decimals in our template; without it, 1,000 is an error
    #[arg(long, value_name = "MARK")]
    decimals: Option<DecimalMark>,
}

/// The order of day and month.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum DayOrder {
    /// 31/12/2026
    DayFirst,
    /// 12/31/2026
    MonthFirst,
}

/// The mark before decimals.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum DecimalMark {
    /// 1,000.5
    Point,
    /// 1.000,5
    Comma,
}

impl From<StatedArguments> for Stated {
    fn from(arguments: StatedArguments) -> Self {
        let dates = arguments.dates.map(|order| match order {
            DayOrder::DayFirst => Order::DayFirst,
            DayOrder::MonthFirst => Order::MonthFirst,
        });
        let decimals = match arguments.decimals {
            None => Mark::Unsaid,
            Some(DecimalMark::Point) => Mark::Point,
            Some(DecimalMark::Comma) => Mark::Comma,
        };
        Self { dates, decimals }
    }
}
