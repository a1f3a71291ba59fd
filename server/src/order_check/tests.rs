//! The check against a real web server on loopback that plays WooCommerce: carts, one product, orders in memory.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    extract::{Path, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
    routing::{delete, get, post},
};

use super::*;
use crate::store_client::{Connector, StoreClient};

const TOKEN: &str = "secret-token";

/// What the played shop does, and the orders that it has.
#[derive(Default)]
struct Shop {
    /// The answer to the checkout in place of an order.
    checkout_answer: Option<(StatusCode, &'static str)>,
    /// What is changed in an order when it is read.
    read_patch: Option<(&'static str, Value)>,
    /// Whether orders stay when they are removed.
    keeps: bool,
    /// Whether its image looks by itself whether what it removed is gone.
    looks_itself: bool,
    orders: Mutex<BTreeMap<u64, Value>>,
    bought: Mutex<Vec<Value>>,
    /// What became of the check's own product.
    made: Mutex<Vec<&'static str>>,
}

type Shared = State<Arc<Shop>>;

async fn cart() -> Response {
    ([("cart-token", "cart-1")], Json(json!({"items": []}))).into_response()
}

async fn add_item(State(shop): Shared, headers: HeaderMap, Json(item): Json<Value>) -> Response {
    if headers.get("cart-token").is_none_or(|token| token != "cart-1") {
        return (StatusCode::UNAUTHORIZED, Json(json!({"code": "no_cart"}))).into_response();
    }
    shop.bought.lock().expect("a list").push(item);
    let totals = json!({"total_price": "2500", "currency_minor_unit": 2, "currency_code": "EUR"});
    (StatusCode::CREATED, Json(json!({"totals": totals}))).into_response()
}

async fn checkout(State(shop): Shared, headers: HeaderMap, Json(form): Json<Value>) -> Response {
    assert_eq!(headers.get("cart-token").expect("a cart"), "cart-1");
    if let Some((status, text)) = shop.checkout_answer {
        return (status, text).into_response();
    }
    let order = json!({
        "id": 12, "status": "processing", "total": "25.00", "currency": "EUR",
        "payment_method": form["payment_method"], "billing_email": form["billing_address"]["email"],
    });
    shop.orders.lock().expect("orders").insert(12, order);
    Json(json!({"order_id": 12, "status": "processing"})).into_response()
}

fn find(shop: &Shop, id: u64, headers: &HeaderMap) -> Result<Value, Box<Response>> {
    if headers.get("x-urumi-token").is_none_or(|token| token != TOKEN) {
        return Err((StatusCode::UNAUTHORIZED, Json(json!({"code": "urumi_unauthorized"}))).into_response().into());
    }
    let found = shop.orders.lock().expect("orders").get(&id).cloned();
    found.ok_or_else(|| (StatusCode::NOT_FOUND, Json(json!({"code": "urumi_no_such_order"}))).into_response().into())
}

async fn read(State(shop): Shared, Path(id): Path<u64>, headers: HeaderMap) -> Response {
    match find(&shop, id, &headers) {
        Ok(mut order) => {
            if let Some((key, value)) = &shop.read_patch {
                order[*key] = value.clone();
            }
            Json(order).into_response()
        }
        Err(refusal) => *refusal,
    }
}

async fn remove_leftovers(State(shop): Shared, headers: HeaderMap) -> Response {
    if headers.get("x-urumi-token").is_none_or(|token| token != TOKEN) {
        return (StatusCode::UNAUTHORIZED, Json(json!({"code": "urumi_unauthorized"}))).into_response();
    }
    let mut orders = shop.orders.lock().expect("orders");
    let before = orders.len();
    orders.retain(|_, order| order["billing_email"] != BUYER);
    let deleted = before - orders.len();
    Json(if shop.looks_itself { json!({"deleted": deleted, "products": 0}) } else { json!({"deleted": deleted}) })
        .into_response()
}

async fn make_product(State(shop): Shared, headers: HeaderMap) -> Json<Value> {
    assert_eq!(headers.get("x-urumi-token").expect("a token"), TOKEN);
    shop.made.lock().expect("a list").push("made");
    Json(json!({"id": 99}))
}

async fn remove_products(State(shop): Shared, headers: HeaderMap) -> Json<Value> {
    assert_eq!(headers.get("x-urumi-token").expect("a token"), TOKEN);
    shop.made.lock().expect("a list").push("removed");
    Json(json!({"deleted": 1}))
}

async fn remove(State(shop): Shared, Path(id): Path<u64>, headers: HeaderMap) -> Response {
    if let Err(refusal) = find(&shop, id, &headers) {
        return *refusal;
    }
    if !shop.keeps {
        shop.orders.lock().expect("orders").remove(&id);
    }
    Json(if shop.looks_itself { json!({"deleted": true, "gone": !shop.keeps}) } else { json!({"deleted": true}) })
        .into_response()
}

async fn serve(shop: &Arc<Shop>) -> SocketAddr {
    let router = Router::new()
        .route("/wp-json/wc/store/v1/cart", get(cart))
        .route("/wp-json/wc/store/v1/cart/add-item", post(add_item))
        .route("/wp-json/wc/store/v1/checkout", post(checkout))
        .route("/wp-json/urumi/v1/products", post(make_product).delete(remove_products))
        .route("/wp-json/urumi/v1/orders", delete(remove_leftovers))
        .route("/wp-json/urumi/v1/orders/{id}", get(read).delete(remove))
        .with_state(Arc::clone(shop));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

async fn check_at(address: SocketAddr, product: Option<u64>) -> Result<CheckedOrder, CheckError> {
    let client = StoreClient::new(Connector::to_address(address));
    let visitor = Visitor::new(client, "abcd".parse().expect("an id"), "http://store-abcd.localhost:3000");
    OrderCheck::new(visitor, TOKEN, product)?.run(None).await
}

async fn check(shop: Shop, product: Option<u64>) -> (Arc<Shop>, Result<CheckedOrder, CheckError>) {
    let shop = Arc::new(shop);
    let result = check_at(serve(&shop).await, product).await;
    (shop, result)
}

#[tokio::test]
async fn an_order_is_placed_read_back_and_removed() {
    let (shop, result) = check(Shop::default(), Some(7)).await;
    assert_eq!(result.expect("checked").to_string(), "Order #12 of 25.00 EUR placed, read back and removed");
    assert_eq!(*shop.bought.lock().expect("a list"), [json!({"id": 7, "quantity": 1})]);
    assert!(shop.orders.lock().expect("orders").is_empty());
}

#[tokio::test]
async fn what_an_earlier_check_left_is_removed_and_other_orders_stay() {
    let orders = [(3, json!({"billing_email": BUYER})), (4, json!({"billing_email": "ada@example.test"}))];
    let (shop, result) = check(Shop { orders: Mutex::new(orders.into()), ..Shop::default() }, Some(7)).await;
    result.expect("checked");
    assert_eq!(shop.orders.lock().expect("orders").keys().copied().collect::<Vec<_>>(), [4]);
}

#[tokio::test]
async fn without_a_product_one_is_made_bought_and_removed() {
    let (shop, result) = check(Shop::default(), None).await;
    result.expect("checked");
    assert_eq!(shop.bought.lock().expect("a list")[0]["id"], 99);
    assert_eq!(*shop.made.lock().expect("a list"), ["removed", "made", "removed"], "also what an earlier check left");

    let answer = (StatusCode::BAD_REQUEST, "no");
    let (shop, result) = check(Shop { checkout_answer: Some(answer), ..Shop::default() }, None).await;
    result.expect_err("refused");
    assert_eq!(*shop.made.lock().expect("a list"), ["removed", "made", "removed"], "after a failure too");
}

#[tokio::test]
async fn an_order_that_reads_back_differently_is_a_failure_and_is_removed_all_the_same() {
    let cases = [
        ("total", json!("19.00"), "total 1900"),
        ("status", json!("pending"), "status pending"),
        ("payment_method", json!("bacs"), "payment bacs"),
        ("billing_email", json!("somebody@example.com"), "payment cod"),
    ];
    for (key, value, part) in cases {
        let (shop, result) = check(Shop { read_patch: Some((key, value)), ..Shop::default() }, Some(7)).await;
        let error = result.expect_err("different");
        assert!(matches!(error, CheckError::Different { number: 12, .. }), "{error}");
        assert!(error.to_string().contains(part), "{error}");
        assert!(shop.orders.lock().expect("orders").is_empty(), "{key}");
    }
}

#[tokio::test]
async fn a_refused_checkout_tells_what_was_asked_and_answered_cut_short_and_without_secrets() {
    let long = "A critical error on this site. ".repeat(40);
    let answer = (StatusCode::INTERNAL_SERVER_ERROR, &*long.leak());
    let (_, result) = check(Shop { checkout_answer: Some(answer), ..Shop::default() }, Some(7)).await;
    let told = result.expect_err("refused").to_string();
    let start = "POST /wp-json/wc/store/v1/checkout was answered with 500 Internal Server Error: A critical error";
    assert!(told.starts_with(start) && told.ends_with('…') && told.len() < 450, "{told}");
    assert!(!told.contains(TOKEN) && !told.contains("cart-1"), "{told}");
}

#[tokio::test]
async fn an_order_that_stays_is_a_failure() {
    let (_, result) = check(Shop { keeps: true, ..Shop::default() }, Some(7)).await;
    let told = result.expect_err("it is still there").to_string();
    assert!(told.starts_with("GET /wp-json/urumi/v1/orders/12 was answered with 200 OK"), "{told}");
    let (_, result) = check(Shop { keeps: true, looks_itself: true, ..Shop::default() }, Some(7)).await;
    let told = result.expect_err("it is still there").to_string();
    assert_eq!(told, "DELETE order #12 was answered with success, but it is still there");
}

#[tokio::test]
async fn a_store_that_looks_itself_is_not_asked_again() {
    let (shop, result) = check(Shop { looks_itself: true, ..Shop::default() }, Some(7)).await;
    result.expect("checked");
    assert!(shop.orders.lock().expect("orders").is_empty());
    assert!(shop.made.lock().expect("a list").is_empty(), "products are removed with the orders");
}

#[tokio::test]
async fn a_cart_that_was_filled_before_is_paid_for_and_no_other() {
    let shop = Arc::new(Shop::default());
    let client = StoreClient::new(Connector::to_address(serve(&shop).await));
    let visitor = Visitor::new(client, "abcd".parse().expect("an id"), "http://store-abcd.localhost:3000");
    let check = OrderCheck::new(visitor, TOKEN, Some(7)).expect("a check");
    let cart = check.fill().await.expect("filled");
    assert!(cart.is_some());
    assert!(shop.orders.lock().expect("orders").is_empty(), "nothing is bought yet");
    check.run(cart).await.expect("checked");
    assert_eq!(shop.bought.lock().expect("a list").len(), 1);
}

#[tokio::test]
async fn a_store_that_is_away_is_told_from_one_that_refuses() {
    let error = check_at(SocketAddr::from(([127, 0, 0, 1], 9)), Some(7)).await.expect_err("nobody there");
    assert!(matches!(error, CheckError::Unreachable { .. }), "{error}");
    assert!(error.to_string().contains(": the store's web server at 127.0.0.1:9 cannot be reached: "), "{error}");
}

#[test]
fn totals_are_compared_in_the_smallest_unit() {
    let cases = [
        ("19.00", 2, Some(1900)),
        ("19", 2, Some(1900)),
        ("19.5", 2, Some(1950)),
        ("1900", 0, Some(1900)),
        ("19.0000", 2, Some(1900)),
        ("19.001", 2, None),
        ("0.05", 2, Some(5)),
        ("1.234", 3, Some(1234)),
        ("", 2, None),
    ];
    for (text, digits, units) in cases {
        assert_eq!(to_minor_units(text, digits), units, "{text} with {digits} digits");
    }
}

#[test]
fn fuzz_an_amount_that_a_shop_says_is_a_number_of_its_smallest_unit_or_none() {
    bolero::check!().for_each(|bytes: &[u8]| {
        let text = crate::fuzz::text(bytes, &["9223372036854775807", ".00", "-", "19", "1e3"]);
        for digits in [0, 2, 3, 40] {
            if let Some(amount) = to_minor_units(&text, digits) {
                assert!(text.contains(|c: char| c.is_ascii_digit()), "{text:?} became {amount}");
            }
        }
    });
}
