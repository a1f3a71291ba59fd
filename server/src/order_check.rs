//! The proof that a store sells: an order placed as a visitor would, read back from the database, and removed.

use std::fmt;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::store_client::{Answer, StoreClientError, Visitor};

/// The buyer's address, by which the store knows an order of the check: it sends no mail there and lets it be removed.
pub const BUYER: &str = "order-check@urumi.invalid";

/// Names the buyer's cart; Store API answers it to the first question.
const CART_TOKEN: HeaderName = HeaderName::from_static("cart-token");

/// Opens the platform's own routes in the store.
pub const PLATFORM_TOKEN: HeaderName = HeaderName::from_static("x-urumi-token");

/// Buys one product.
#[derive(Clone)]
pub struct OrderCheck {
    visitor: Visitor,
    token: HeaderValue,
    product: Option<u64>,
}

/// An order that was placed, read back and removed.
#[derive(Debug, PartialEq, Eq)]
pub struct CheckedOrder {
    /// Its number.
    pub number: u64,
    /// What it cost, such as `19.00`.
    pub total: String,
    /// The currency's code.
    pub currency: String,
}

/// A cart with the product in it, before it is paid for.
#[derive(Debug)]
pub struct Cart {
    token: HeaderValue,
    totals: Value,
}

/// The store did not sell.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// It could not be asked.
    #[error("{asked}: {reason}")]
    Unreachable {
        /// What was asked.
        asked: String,
        /// Why there was no answer.
        reason: StoreClientError,
    },
    /// It answered something else than a shop answers.
    #[error("{asked} was answered with {answered}")]
    Refused {
        /// What was asked.
        asked: String,
        /// What was answered, cut short.
        answered: String,
    },
    /// The order that was read back is not the one that was placed.
    #[error("order #{number} was placed with {placed} and read back with {read}")]
    Different {
        /// The order's number.
        number: u64,
        /// What was placed.
        placed: String,
        /// What was read.
        read: String,
    },
    /// The token is not one that a header can carry.
    #[error("the store's platform token cannot be sent")]
    BadToken,
    /// The process ends.
    #[error("the check was stopped")]
    Stopped,
}

/// What a placed order should look like.
#[derive(PartialEq, Eq)]
struct Terms {
    status: String,
    /// In the currency's smallest unit.
    total: i64,
    payment: String,
}

impl OrderCheck {
    /// A check that buys this product; without one, a product that it makes and removes, so that nothing of the owner's is touched.
    ///
    /// # Errors
    /// [`CheckError::BadToken`].
    pub fn new(visitor: Visitor, token: &str, product: Option<u64>) -> Result<Self, CheckError> {
        let mut token = HeaderValue::from_str(token).map_err(|_| CheckError::BadToken)?;
        token.set_sensitive(true);
        Ok(Self { visitor, token, product })
    }

    /// Removes what earlier checks left, and fills a cart: the part of the check that may go on beside something else. None where there is no
    /// product that may be sold; a product of the check's own is no part of this.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub async fn fill(&self) -> Result<Option<Cart>, CheckError> {
        let Some(product) = self.product else { return Ok(None) };
        // A cart is no order yet, so that nothing of this check is taken for a leftover.
        let ((), cart) = tokio::try_join!(self.remove_leftovers(), self.fill_with(product))?;
        Ok(Some(cart))
    }

    /// Runs the check, with a cart that was filled before, to its end even if the caller goes away, so that it removes its order. What a check leaves that was
    /// cut off all the same, by its own time limits or with the process, the next one removes before it buys.
    ///
    /// # Errors
    /// [`CheckError`] says what was asked and what was answered. An order that is known to be placed is removed all the same.
    pub async fn run(self, cart: Option<Cart>) -> Result<CheckedOrder, CheckError> {
        match tokio::spawn(async move { self.buy(cart).await }).await {
            Ok(result) => result,
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(_) => Err(CheckError::Stopped),
        }
    }

    async fn buy(&self, cart: Option<Cart>) -> Result<CheckedOrder, CheckError> {
        let begun = Instant::now();
        let cart = match cart {
            Some(cart) => Some(cart),
            None => self.fill().await?,
        };
        let order = match cart {
            Some(cart) => self.pay(&cart).await?,
            None => {
                self.remove_leftovers().await?;
                let bought = self.buy_once(self.make_product().await?).await;
                let removed = self.remove_products().await;
                let order = bought?;
                removed?;
                order
            }
        };
        tracing::debug!(order.number, seconds = begun.elapsed().as_secs_f64(), "order checked");
        Ok(order)
    }

    async fn buy_once(&self, product: u64) -> Result<CheckedOrder, CheckError> {
        self.pay(&self.fill_with(product).await?).await
    }

    /// Puts the product into a new cart.
    async fn fill_with(&self, product: u64) -> Result<Cart, CheckError> {
        let (answer, _) = self.shop(Method::GET, "cart", None, None, StatusCode::OK).await?;
        let Some(token) = answer.head.headers.get(CART_TOKEN).cloned() else {
            return Err(refused("GET the cart", "an answer without a Cart-Token"));
        };
        let item = json!({"id": product, "quantity": 1});
        let (_, filled) =
            self.shop(Method::POST, "cart/add-item", Some(&token), Some(item), StatusCode::CREATED).await?;
        Ok(Cart { token, totals: filled["totals"].clone() })
    }

    /// Pays for what is in the cart, compares and removes the order.
    async fn pay(&self, cart: &Cart) -> Result<CheckedOrder, CheckError> {
        let (placed_answer, placed) =
            self.shop(Method::POST, "checkout", Some(&cart.token), Some(purchase()), StatusCode::OK).await?;
        let Some(number) = placed["order_id"].as_u64().filter(|number| *number > 0) else {
            return Err(refused("POST checkout", &placed_answer.describe()));
        };
        let checked = self.compare(number, &cart.totals, &placed).await;
        let removed = self.remove(number).await;
        let order = checked?;
        removed?;
        Ok(order)
    }

    /// A product that nobody else is shown.
    async fn make_product(&self) -> Result<u64, CheckError> {
        let (answer, made) = self.platform(Method::POST, "products", StatusCode::OK).await?;
        made["id"].as_u64().ok_or_else(|| refused("POST a product", &answer.describe()))
    }

    /// Removes the product that was made for a check.
    async fn remove_products(&self) -> Result<(), CheckError> {
        self.platform(Method::DELETE, "products", StatusCode::OK).await.map(drop)
    }

    async fn compare(&self, number: u64, totals: &Value, placed: &Value) -> Result<CheckedOrder, CheckError> {
        let (answer, read) = self.order(Method::GET, number, StatusCode::OK).await?;
        let text = |value: &Value| value.as_str().unwrap_or("nothing").to_owned();
        let digits = totals["currency_minor_unit"].as_u64().and_then(|digits| u32::try_from(digits).ok()).unwrap_or(2);
        let asked_total = totals["total_price"].as_str().and_then(|total| total.parse().ok());
        let read_total = read["total"].as_str().and_then(|total| to_minor_units(total, digits));
        let (Some(asked_total), Some(read_total)) = (asked_total, read_total) else {
            return Err(refused(&format!("GET order #{number}"), &answer.describe()));
        };
        let wanted = Terms { status: text(&placed["status"]), total: asked_total, payment: "cod".to_owned() };
        let found = Terms { status: text(&read["status"]), total: read_total, payment: text(&read["payment_method"]) };
        if wanted != found || read["billing_email"] != BUYER {
            return Err(CheckError::Different { number, placed: wanted.to_string(), read: found.to_string() });
        }
        Ok(CheckedOrder { number, total: text(&read["total"]), currency: text(&read["currency"]) })
    }

    /// Removes every order of checks before this one, and the product that one of them may have made.
    async fn remove_leftovers(&self) -> Result<(), CheckError> {
        let (answer, told) = self.platform(Method::DELETE, "orders", StatusCode::OK).await?;
        match told["deleted"].as_u64() {
            Some(0) => {}
            Some(orders) => tracing::warn!(orders, "orders of an earlier check removed"),
            None => return Err(refused("DELETE the orders of earlier checks", &answer.describe())),
        }
        // Older images leave the products there.
        if told["products"].is_u64() { Ok(()) } else { self.remove_products().await }
    }

    async fn remove(&self, number: u64) -> Result<(), CheckError> {
        let (answer, told) = self.order(Method::DELETE, number, StatusCode::OK).await?;
        if told["deleted"] != true {
            return Err(refused(&format!("DELETE order #{number}"), &answer.describe()));
        }
        // Older images do not look themselves.
        match told["gone"].as_bool() {
            Some(true) => Ok(()),
            Some(false) => Err(refused(&format!("DELETE order #{number}"), "success, but it is still there")),
            None => self.order(Method::GET, number, StatusCode::NOT_FOUND).await.map(drop),
        }
    }

    /// Asks the Store API, the one that shops' own pages use.
    async fn shop(
        &self,
        method: Method,
        path: &str,
        cart: Option<&HeaderValue>,
        body: Option<Value>,
        wanted: StatusCode,
    ) -> Result<(Answer, Value), CheckError> {
        let headers = cart.map(|token| (CART_TOKEN, token.clone())).into_iter().collect();
        self.ask(method, &format!("/wp-json/wc/store/v1/{path}"), headers, body, wanted).await
    }

    /// Asks the platform's own route in the store about an order.
    async fn order(&self, method: Method, number: u64, wanted: StatusCode) -> Result<(Answer, Value), CheckError> {
        self.platform(method, &format!("orders/{number}"), wanted).await
    }

    /// Asks one of the platform's own routes in the store.
    async fn platform(&self, method: Method, path: &str, wanted: StatusCode) -> Result<(Answer, Value), CheckError> {
        let headers = [(PLATFORM_TOKEN, self.token.clone())].into_iter().collect();
        self.ask(method, &format!("/wp-json/urumi/v1/{path}"), headers, None, wanted).await
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        mut headers: HeaderMap,
        body: Option<Value>,
        wanted: StatusCode,
    ) -> Result<(Answer, Value), CheckError> {
        let asked = format!("{method} {path}");
        let body = match body {
            Some(value) => {
                headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
                Body::from(value.to_string())
            }
            None => Body::empty(),
        };
        let answer = self.visitor.ask(method, path, headers, body).await;
        let answer = answer.map_err(|reason| CheckError::Unreachable { asked: asked.clone(), reason })?;
        let value = serde_json::from_slice::<Value>(&answer.body);
        match value {
            Ok(value) if answer.status() == wanted => Ok((answer, value)),
            _ => Err(CheckError::Refused { asked, answered: answer.describe() }),
        }
    }
}

/// What a buyer fills in. Shipping too, for a product that is not virtual.
fn purchase() -> Value {
    let address = json!({
        "first_name": "Order", "last_name": "Check", "address_1": "1 Check Street", "city": "Berlin",
        "postcode": "10115", "country": "DE", "state": "", "phone": "",
    });
    let mut billing = address.clone();
    billing["email"] = BUYER.into();
    json!({"billing_address": billing, "shipping_address": address, "payment_method": "cod"})
}

/// `19.00` with 2 digits is 1900.
fn to_minor_units(text: &str, digits: u32) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let whole: i64 = whole.parse().ok()?;
    let digits = usize::try_from(digits).ok()?;
    let (kept, rest) = fraction.split_at_checked(digits).unwrap_or((fraction, ""));
    if rest.bytes().any(|digit| digit != b'0') {
        return None;
    }
    let fraction: i64 = if digits == 0 { 0 } else { format!("{kept:0<digits$}").parse().ok()? };
    whole.checked_mul(10_i64.checked_pow(u32::try_from(digits).ok()?)?)?.checked_add(fraction)
}

fn refused(asked: &str, answered: &str) -> CheckError {
    CheckError::Refused { asked: asked.to_owned(), answered: answered.to_owned() }
}

impl fmt::Display for Terms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "status {}, total {} and payment {}", self.status, self.total, self.payment)
    }
}

impl fmt::Display for CheckedOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Order #{} of {} {} placed, read back and removed", self.number, self.total, self.currency)
    }
}

#[cfg(test)]
mod tests;
