<?php
// Asks the new shop for the pages that visitors and owners ask for, and buys the demo product. Each request is a
// process of its own, as it would be in the pod. It fails the build when the shop does not sell.

require '/opt/urumi/bootstrap/input.php';

const ADDRESS = [
	'first_name' => 'Order', 'last_name' => 'Check', 'address_1' => '1 Market Street', 'city' => 'San Francisco',
	'state' => 'CA', 'postcode' => '94103', 'country' => 'US', 'email' => 'order-check@urumi.invalid', 'phone' => '5550100',
];

if (isset($argv[1])) {
	[$method, $path, $token, $body] = json_decode($argv[1], true) + [2 => '', 3 => []];
	pretend_request(input('STORE_URL'));
	$_SERVER['REQUEST_METHOD'] = $method;
	$_SERVER['REQUEST_URI'] = $path;
	$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = '/index.php';
	if ($token !== '') {
		$_SERVER['HTTP_CART_TOKEN'] = $token;
	}
	if (str_starts_with($path, '/wp-json')) {
		require '/opt/urumi/wordpress/wp-load.php';
		answer($method, substr($path, strlen('/wp-json')), $token, $body);
	} elseif (str_ends_with($path, '.php')) {
		require "/opt/urumi/wordpress$path";
	} else {
		// The checkout page sends whoever has nothing in the cart back to it; this visitor wants to see the page.
		$wp_filter['woocommerce_checkout_redirect_empty_cart'][10][] = ['function' => fn () => false, 'accepted_args' => 0];
		define('WP_USE_THEMES', true);
		require '/opt/urumi/wordpress/wp-blog-header.php';
	}
	exit(0);
}

expect('/', '');
expect('/wp-login.php', 'user_login');
if (! is_dir('/opt/urumi/plugins/woocommerce')) {
	exit(0);
}
expect('/', 'Demo gift card');
expect('/product/demo-gift-card/', 'add-to-cart');
expect('/cart/', 'wp-block-woocommerce-cart');
expect('/checkout/', 'wp-block-woocommerce-checkout');
expect('/my-account/', 'login');

[, $headers] = rest('GET', '/wc/store/v1/cart');
$token = $headers['Cart-Token'];
[$products] = rest('GET', '/wc/store/v1/products', $token);
rest('POST', '/wc/store/v1/cart/add-item', $token, ['id' => $products[0]['id'], 'quantity' => 1]);
[$order] = rest('POST', '/wc/store/v1/checkout', $token, ['payment_method' => 'cod', 'billing_address' => ADDRESS]);
if (($order['status'] ?? '') !== 'processing') {
	fail('the order is not being processed: ' . json_encode($order));
}
[$seen] = rest('GET', "/urumi/v1/orders/$order[order_id]");
[$gone] = rest('DELETE', "/urumi/v1/orders/$order[order_id]");
if (($seen['total'] ?? '') !== '25.00' || ($gone['deleted'] ?? false) !== true) {
	fail('the order was not read and removed: ' . json_encode([$seen, $gone]));
}
echo "rehearse: sold one and took it back\n";

function expect(string $path, string $text): void
{
	$page = ask(['GET', $path]);
	if ($text !== '' && ! str_contains($page, $text)) {
		fail("$path does not contain '$text': " . substr(strip_tags($page), 0, 2000));
	}
}

function rest(string $method, string $path, string $token = '', array $body = []): array
{
	$answer = json_decode(ask([$method, "/wp-json$path", $token, $body]), true);
	return is_array($answer) ? $answer : fail("$method $path did not answer with JSON");
}

function ask(array $request): string
{
	exec(escapeshellarg(PHP_BINARY) . ' ' . __FILE__ . ' ' . escapeshellarg(json_encode($request)), $lines);
	return implode("\n", $lines);
}

function fail(string $reason): never
{
	fwrite(STDERR, "rehearse: FAILED: $reason\n");
	exit(1);
}

/** Prints what a REST route answers, as JSON: [body, headers]. */
function answer(string $method, string $route, string $token, array $body): void
{
	$request = new WP_REST_Request($method, $route);
	$request->set_body_params($body);
	$request->set_header('X-Urumi-Token', input('PLATFORM_TOKEN'));
	$request->set_header('Cart-Token', $token);
	$answer = rest_do_request($request);
	echo json_encode([rest_get_server()->response_to_data($answer, false), $answer->get_headers()]);
}
