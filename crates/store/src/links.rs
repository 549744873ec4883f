//! Links between contracts and records or products: made by rule, judged by people.
