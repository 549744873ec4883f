//! Where in or around the United Kingdom a tool is used (the 17 ATRS values).

codes! {
    /// Where in or around the United Kingdom a tool is used.
    Region, "region", "a region",
    "Where in or around the United Kingdom a tool is used (the 17 ATRS values).";

    UnitedKingdom = "united_kingdom", "United Kingdom", "United Kingdom, as the ATRS names it", broader "ATRS:united-kingdom";
    GreatBritain = "great_britain", "Great Britain", "Great Britain, as the ATRS names it", broader "ATRS:great-britain";
    EnglandAndWales = "england_and_wales", "England and Wales", "England and Wales, as the ATRS names it", broader "ATRS:england-and-wales";
    England = "england", "England", "England, as the ATRS names it", broader "ATRS:england";
    Scotland = "scotland", "Scotland", "Scotland, as the ATRS names it", broader "ATRS:scotland";
    Wales = "wales", "Wales", "Wales, as the ATRS names it", broader "ATRS:wales";
    NorthernIreland = "northern_ireland", "Northern Ireland", "Northern Ireland, as the ATRS names it", broader "ATRS:northern-ireland";
    NorthEast = "north_east", "North East", "North East, as the ATRS names it", broader "ATRS:north-east";
    NorthWest = "north_west", "North West", "North West, as the ATRS names it", broader "ATRS:north-west";
    YorkshireAndTheHumber = "yorkshire_and_the_humber", "Yorkshire and the Humber", "Yorkshire and the Humber, as the ATRS names it", broader "ATRS:yorkshire-and-the-humber";
    EastMidlands = "east_midlands", "East Midlands", "East Midlands, as the ATRS names it", broader "ATRS:east-midlands";
    WestMidlands = "west_midlands", "West Midlands", "West Midlands, as the ATRS names it", broader "ATRS:west-midlands";
    EastOfEngland = "east_of_england", "East of England", "East of England, as the ATRS names it", broader "ATRS:east-of-england";
    London = "london", "London", "London, as the ATRS names it", broader "ATRS:london";
    SouthEast = "south_east", "South East", "South East, as the ATRS names it", broader "ATRS:south-east";
    SouthWest = "south_west", "South West", "South West, as the ATRS names it", broader "ATRS:south-west";
    Overseas = "overseas", "Overseas", "Overseas, as the ATRS names it", broader "ATRS:overseas";
}
