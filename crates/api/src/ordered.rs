//! `sort` and `facets` of the lists that the store declares ([`List`]): assessments, organisations, suppliers,
//! contracts and gaps. What can be asked for, its schema and what it does all follow from the declaration.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use store::ground::lists::{List, Order, Values};
use store::names::organisations::{self, OrganisationQuery};
use store::procurement::contracts::{self, ContractQuery};
use store::procurement::gaps::{self, GapQuery};
use store::records::assessments::{self, AssessmentQuery};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};
use wire::{FacetCount, FacetMore};

use crate::App;
use crate::extract::Taker;
use crate::parameters::{FacetLimit, Limits, Own, Parameter, Value, facet_names, not_among};
use crate::problem::{ApiError, Fault};

/// Values per facet, unless more or fewer are asked for; the parameter states it too.
const FACET_LIMIT: usize = 200;

/// A list that the store declares.
pub(crate) trait Declared: std::fmt::Debug + 'static {
    /// Its filters.
    type Query: 'static;

    /// Its declaration.
    fn list() -> &'static List<Self::Query>;
}

/// An order of a list.
#[derive(Debug)]
pub(crate) struct SortBy<L>(&'static Order, PhantomData<L>);

impl<L> SortBy<L> {
    /// As the store has it.
    pub(crate) fn order(self) -> &'static Order {
        self.0
    }
}

impl<L: Declared> PartialSchema for SortBy<L> {
    fn schema() -> RefOr<Schema> {
        let names = L::list().orders.iter().map(|order| order.name);
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names)).into()
    }
}

impl<L: Declared> ToSchema for SortBy<L> {}

impl<L: Declared> Value<Own> for SortBy<L> {
    fn read(key: &'static str, text: &str, _: &Limits) -> Result<Self, Fault> {
        let order = L::list().order(text).map(|order| Self(order, PhantomData));
        order.ok_or_else(|| {
            let names = L::list().orders.iter().map(|order| order.name);
            not_among(key, text, ("unknown-order", "an order"), names)
        })
    }
}

/// Facets of a list to count.
#[derive(Debug)]
pub(crate) struct FacetsOf<L>(pub(crate) Vec<&'static str>, PhantomData<L>);

impl<L: Declared> Parameter<Own> for FacetsOf<L> {
    fn take(taker: &mut Taker, key: &'static str, _: &Limits) -> Self {
        let known: Vec<&'static str> = L::list().facets.iter().map(|facet| facet.name).collect();
        Self(facet_names(taker, key, &known), PhantomData)
    }
}

/// Facet counts as answers give them.
#[derive(Debug, Default)]
pub(crate) struct Facets {
    /// The counts of each facet; `None` if none was asked for.
    pub(crate) counts: Option<BTreeMap<String, Vec<FacetCount>>>,
    /// What is left out of facets that are cut.
    pub(crate) more: BTreeMap<String, FacetMore>,
}

/// Counts all that matches by some of a list's facets.
pub(crate) async fn counted<L: Declared>(
    app: &App,
    query: &L::Query,
    (FacetsOf(names, _), limit): (&FacetsOf<L>, Option<FacetLimit>),
) -> Result<Facets, ApiError> {
    if names.is_empty() {
        return Ok(Facets::default());
    }
    let (list, limit) = (L::list(), limit.map_or(FACET_LIMIT, |FacetLimit(limit)| limit as usize));
    let (mut counts, mut more) = (BTreeMap::new(), BTreeMap::new());
    for (name, counted) in list.count(&app.db, query, names, limit).await? {
        let kind = list.facets.iter().find(|facet| facet.name == name).map(|facet| facet.values);
        let known = match kind {
            Some(Values::Named) => {
                let slugs: Vec<String> = counted.values.iter().map(|(slug, _)| slug.clone()).collect();
                organisations::names(&app.db, &slugs).await?
            }
            _ => BTreeMap::new(),
        };
        let label = |value: &str| match kind {
            Some(Values::Codes(list)) => list.entry(value).map(|entry| entry.label.to_owned()),
            _ => known.get(value).cloned(),
        };
        let values = counted.values.into_iter().map(|(value, count)| FacetCount {
            label: label(&value).unwrap_or_else(|| value.clone()),
            value,
            count,
        });
        counts.insert(name.to_owned(), values.collect());
        if counted.further > 0 {
            let left_out = FacetMore { values: counted.further, records: counted.further_rows };
            more.insert(name.to_owned(), left_out);
        }
    }
    Ok(Facets { counts: Some(counts), more })
}

/// Declares the parameters that sort and count a list.
macro_rules! declared {
    ($list:ident($query:ty) = $declared:path; $params:ident { $sort:ident, $facets:ident }) => {
        #[doc = concat!("The list of `", stringify!($query), "`.")]
        #[derive(Debug)]
        pub(crate) enum $list {}

        impl $crate::ordered::Declared for $list {
            type Query = $query;

            fn list() -> &'static store::ground::lists::List<$query> {
                &$declared
            }
        }

        type $sort = $crate::ordered::SortBy<$list>;
        type $facets = $crate::ordered::FacetsOf<$list>;

        $crate::parameters::parameters! {
            /// How to sort and count the list.
            pub(crate) struct $params {
                /// Sort order.
                #[param(inline)]
                sort: Option<$sort>,
                /// Facets to count: names joined by commas, or `all`.
                #[param(value_type = Option<String>, pattern = "^[a-z_,]+$")]
                facets: $facets,
                /// Values per facet, most frequent first.
                #[param(value_type = Option<u16>, minimum = 1, maximum = 10000, default = 200)]
                facet_limit: Option<$crate::parameters::FacetLimit>,
            }
        }
    };
}

pub(crate) use declared;

declared!(Assessments(AssessmentQuery) = assessments::LIST; AssessmentShown { AssessmentSort, AssessmentFacets });
declared!(Organisations(OrganisationQuery) = organisations::LIST; OrganisationShown { OrganisationSort, OrganisationFacets });
declared!(Contracts(ContractQuery) = contracts::LIST; ContractShown { ContractSort, ContractFacets });
declared!(Gaps(GapQuery) = gaps::LIST; GapShown { GapSort, GapFacets });
