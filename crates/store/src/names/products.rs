//! Products: what suppliers sell, as named in records and described by editors.

use std::collections::HashMap;

use domain::Product;
use domain::naming::{name_key, product_key};
use sea_orm::{
    ActiveValue, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use uuid::Uuid;

use crate::ground::entity::product;
use crate::names::organisations::free_slug;
use crate::{Db, Reads, StoreError, Tx};

/// Removes a forgotten supplier, by name key, from the products that name it.
pub(crate) async fn forget_supplier(tx: &Tx, key: &str) -> Result<(), StoreError> {
    for known in product::Entity::find().all(tx).await? {
        let mut described: Product = serde_json::from_str(&known.detail)
            .map_err(|error| StoreError::inconsistent("products", "detail", &known.slug, error))?;
        let before = described.suppliers.len();
        described.suppliers.retain(|supplier| name_key(supplier) != key);
        if described.suppliers.len() < before {
            let mut change = row(&described);
            change.seq = ActiveValue::Unchanged(known.seq);
            product::Entity::update(change).exec(tx).await?;
        }
    }
    Ok(())
}

/// Slugs of products by name key.
#[derive(Debug, Default)]
pub struct ProductNames {
    by_key: HashMap<String, String>,
    slugs: std::collections::HashSet<String>,
}

impl ProductNames {
    /// Reads every product's name.
    pub async fn load(conn: &impl ConnectionTrait) -> Result<Self, StoreError> {
        let rows: Vec<(String, String)> = product::Entity::find()
            .select_only()
            .columns([product::Column::NameKey, product::Column::Slug])
            .into_tuple()
            .all(conn)
            .await?;
        let slugs = rows.iter().map(|(_, slug)| slug.clone()).collect();
        Ok(Self { by_key: rows.into_iter().collect(), slugs })
    }

    /// The slug of a product; `None` if unknown.
    pub fn slug(&self, name: &str) -> Option<&str> {
        self.by_key.get(&product_key(name)).map(String::as_str)
    }

    /// Adds products named for the first time, with the supplier named beside them.
    pub(crate) async fn keep_new(
        &mut self,
        tx: &Tx,
        named: impl IntoIterator<Item = (String, Option<String>)>,
    ) -> Result<(), StoreError> {
        let mut rows = Vec::new();
        for (name, supplier) in named {
            let key = product_key(&name);
            if key.is_empty() || self.by_key.contains_key(&key) {
                continue;
            }
            let mut product = Product::named(name);
            product.suppliers = supplier.into_iter().collect();
            product.slug = free_slug(&product.slug, |slug| self.slugs.contains(slug));
            product.id = Some(Uuid::now_v7());
            self.by_key.insert(key, product.slug.clone());
            self.slugs.insert(product.slug.clone());
            rows.push(row(&product));
        }
        for chunk in rows.chunks(1_000) {
            product::Entity::insert_many(chunk.iter().cloned()).exec_without_returning(tx).await?;
        }
        Ok(())
    }
}

fn row(product: &Product) -> product::ActiveModel {
    product::ActiveModel {
        seq: ActiveValue::NotSet,
        id: ActiveValue::Set(product.id.map(|id| id.to_string()).unwrap_or_default()),
        slug: ActiveValue::Set(product.slug.clone()),
        name: ActiveValue::Set(product.name.clone()),
        name_key: ActiveValue::Set(product_key(&product.name)),
        detail: ActiveValue::Set(serde_json::to_string(product).expect("a product is JSON")),
    }
}

fn stored(row: &product::Model) -> Result<Product, StoreError> {
    serde_json::from_str(&row.detail)
        .map_err(|error| StoreError::inconsistent("products", "detail", &row.slug, error))
}

/// Adds a product, or replaces the one with its name.
pub async fn save(tx: &Tx, product: &Product) -> Result<(), StoreError> {
    let known = product::Entity::find()
        .filter(product::COLUMN.name_key.eq(product_key(&product.name)))
        .one(tx)
        .await?;
    let mut new = product.clone();
    match known {
        Some(known) => {
            new.id = stored(&known)?.id;
            new.slug = known.slug.clone();
            let mut change = row(&new);
            change.seq = ActiveValue::Unchanged(known.seq);
            product::Entity::update(change).exec(tx).await?;
        }
        None => {
            new.id = new.id.or_else(|| Some(Uuid::now_v7()));
            if new.slug.is_empty() {
                new.slug = free_slug(&domain::text::slug(&new.name), |_| false);
            }
            product::Entity::insert(row(&new)).exec(tx).await?;
        }
    }
    Ok(())
}

/// Finds a product by slug or id.
pub async fn find(conn: &impl Reads, slug_or_id: &str) -> Result<Option<Product>, StoreError> {
    let row = product::Entity::find()
        .filter(product::COLUMN.slug.eq(slug_or_id).or(product::COLUMN.id.eq(slug_or_id)))
        .one(conn)
        .await?;
    row.as_ref().map(stored).transpose()
}

/// Products whose names have all of these words.
fn named(q: Option<&str>) -> Select<product::Entity> {
    let folded = q.map(domain::text::fold).unwrap_or_default();
    let words = folded.split(' ').filter(|word| !word.is_empty());
    words.fold(product::Entity::find(), |select, word| {
        select.filter(product::COLUMN.name_key.like(format!("%{word}%")))
    })
}

/// How many products have all of these words in their names.
pub async fn count(db: &Db, q: Option<&str>) -> Result<u64, StoreError> {
    Ok(sea_orm::PaginatorTrait::count(named(q), &db.read).await?)
}

/// A page of products after a name key, and the key where the next page starts.
pub async fn list(
    db: &Db,
    q: Option<&str>,
    after: Option<&str>,
    limit: u64,
) -> Result<(Vec<Product>, Option<String>), StoreError> {
    let mut select = named(q);
    if let Some(key) = after {
        select = select.filter(product::COLUMN.name_key.gt(key));
    }
    let mut rows = select.order_by_asc(product::COLUMN.name_key).limit(limit + 1).all(&db.read).await?;
    let more = rows.len() as u64 > limit;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| more).map(|row| row.name_key.clone());
    Ok((rows.iter().map(stored).collect::<Result<_, _>>()?, next))
}

/// At most `limit` products after a row number, with their numbers.
pub async fn after_seq(db: &Db, seq: i64, limit: u64) -> Result<Vec<(i64, Product)>, StoreError> {
    let rows = product::Entity::find()
        .filter(product::COLUMN.seq.gt(seq))
        .order_by_asc(product::COLUMN.seq)
        .limit(limit)
        .all(&db.read)
        .await?;
    rows.iter().map(|row| Ok((row.seq, stored(row)?))).collect()
}

/// Names of products by slug.
pub async fn names(
    db: &Db,
    slugs: &[String],
) -> Result<std::collections::BTreeMap<String, String>, StoreError> {
    let rows: Vec<(String, String)> = product::Entity::find()
        .select_only()
        .columns([product::Column::Slug, product::Column::Name])
        .filter(product::COLUMN.slug.is_in(slugs.iter().cloned()))
        .into_tuple()
        .all(&db.read)
        .await?;
    Ok(rows.into_iter().collect())
}
