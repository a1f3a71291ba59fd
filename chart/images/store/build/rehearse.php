<?php
// Asks the new shop for the pages that visitors and owners ask for, and buys the demo product, all through the web
// server on the port given. It fails the build when the shop does not sell.

require '/opt/urumi/bootstrap/input.php';

const ADDRESS = [
	'first_name' => 'Order', 'last_name' => 'Check', 'address_1' => '1 Market Street', 'city' => 'San Francisco',
	'state' => 'CA', 'postcode' => '94103', 'country' => 'US', 'email' => 'order-check@urumi.invalid', 'phone' => '5550100',
];
const DEADLINE_SECONDS = 30;

define('PORT', (int) $argv[1]);
$with_shop = is_dir('/opt/urumi/plugins/woocommerce');

wait_for_web_server();
set_up();
visit('/', $with_shop ? 'Demo gift card' : 'Golden');
if ($with_shop) {
	visit('/product/demo-gift-card/', 'add-to-cart');
	visit('/my-account/', 'login');
	visit('/cart/', 'wp-block-woocommerce-cart');
	buy();
}
list_scripts();
manage($with_shop);
echo "rehearse: ok\n";

function wait_for_web_server(): void
{
	$deadline = time() + DEADLINE_SECONDS;
	while (! ($socket = @fsockopen('127.0.0.1', PORT))) { // silenced: a refusal is what is waited for
		if (time() > $deadline) {
			fail('the web server does not listen');
		}
		usleep(100_000);
	}
	fclose($socket);
}

/**
 * The order check's path, once with its order left behind; and once more the pages that only somebody with a full cart
 * sees.
 */
function buy(): void
{
	$mine = ['X-Urumi-Token: ' . input('PLATFORM_TOKEN')];
	place_order();
	[, $left] = ask('DELETE', '/wp-json/urumi/v1/orders', $mine);
	[, $none] = ask('DELETE', '/wp-json/urumi/v1/orders', $mine);
	if ($left !== '{"deleted":1,"products":0}' || $none !== '{"deleted":0,"products":0}') {
		fail("the order that was left was not removed: $left $none");
	}
	[$id, $order] = place_order();
	[, $seen] = ask('GET', "/wp-json/urumi/v1/orders/$order", $mine);
	[$status, $gone] = ask('DELETE', "/wp-json/urumi/v1/orders/$order", $mine);
	if (json_decode($seen, true)['total'] !== '25.00' || $status !== 200) {
		fail("the order was not read and removed: $seen $gone");
	}
	[, $made] = ask('POST', '/wp-json/urumi/v1/products', $mine);
	[, $removed] = ask('DELETE', '/wp-json/urumi/v1/products', $mine);
	if (! json_decode($made, true)['id'] || $removed !== '{"deleted":1}') {
		fail("the product of the order check was not made and removed: $made $removed");
	}
	ask('GET', "/?add-to-cart=$id");
	visit('/cart/', 'wp-block-woocommerce-cart');
	visit('/checkout/', 'wp-block-woocommerce-checkout');
}

/** Buys the demo product: [its id, the order's]. */
function place_order(): array
{
	[, , $headers] = ask('GET', '/wp-json/wc/store/v1/cart');
	$token = ["Cart-Token: {$headers['cart-token']}"];
	[, $products] = ask('GET', '/wp-json/wc/store/v1/products');
	$id = json_decode($products, true)[0]['id'];
	ask('POST', '/wp-json/wc/store/v1/cart/add-item', $token, json_encode(['id' => $id, 'quantity' => 1]));
	[, $answer] = ask('POST', '/wp-json/wc/store/v1/checkout', $token, json_encode(['payment_method' => 'cod', 'billing_address' => ADDRESS]));
	$order = json_decode($answer, true);
	if (($order['status'] ?? '') !== 'processing') {
		fail("the order is not being processed: $answer");
	}
	return [$id, $order['order_id']];
}

/** What the platform asks of a store that starts from the prepared database: it becomes somebody's. */
function set_up(): void
{
	$words = ['store_id', 'store_name', 'store_url', 'admin_user', 'admin_email', 'admin_password', 'demo'];
	$words = array_combine($words, array_map(fn ($word) => input(strtoupper($word)), $words));
	$words['store_alias'] = '';
	[$status, $told] = ask('POST', '/wp-json/urumi/v1/setup', ['X-Urumi-Token: ' . input('PLATFORM_TOKEN')], json_encode($words));
	if ($status !== 200 || ! json_decode($told, true)['wordpress']) {
		fail("the set-up answered $status: $told");
	}
}

/** Keeps the names of the scripts that this has loaded until now: those that visitors need, and the platform. */
function list_scripts(): void
{
	file_put_contents('/opt/urumi/http/loaded.php', '<?php echo implode("\n", array_keys(opcache_get_status()["scripts"]));');
	[$status, $told] = ask('GET', '/urumi/loaded.php');
	unlink('/opt/urumi/http/loaded.php');
	$scripts = array_filter(explode("\n", $told), fn ($path) => is_file($path) && basename($path) !== 'loaded.php');
	if ($status !== 200 || count($scripts) < 100) {
		fail("$status: only " . count($scripts) . ' scripts are loaded');
	}
	file_put_contents('/opt/urumi/golden/scripts', implode("\n", $scripts) . "\n");
}

/** What the owner sees first. */
function manage(bool $with_shop): void
{
	visit('/wp-login.php', 'user_login');
	ask('POST', '/wp-login.php', [], http_build_query([
		'log' => input('ADMIN_USER'), 'pwd' => input('ADMIN_PASSWORD'), 'testcookie' => 1,
	]));
	visit('/wp-admin/', 'wpadminbar');
	foreach ($with_shop ? ['wc-orders', 'wc-admin', 'wc-settings'] : [] as $page) {
		visit("/wp-admin/admin.php?page=$page", 'wpadminbar');
	}
}

function visit(string $path, string $text): void
{
	[$status, $page] = ask('GET', $path);
	if ($status !== 200 || ! str_contains($page, $text)) {
		fail("$path answered $status, without '$text': " . substr(strip_tags($page), 0, 2000));
	}
}

/** One request with the cookies of the ones before: [status, body, headers]. */
function ask(string $method, string $path, array $headers = [], string $body = ''): array
{
	static $browser = null;
	$browser ??= curl_init();
	$seen = [];
	curl_setopt_array($browser, [
		CURLOPT_URL => 'http://golden.invalid:' . PORT . $path,
		CURLOPT_CONNECT_TO => ['golden.invalid::127.0.0.1:'],
		CURLOPT_COOKIEFILE => '',
		CURLOPT_RETURNTRANSFER => true,
		CURLOPT_TIMEOUT => DEADLINE_SECONDS,
		CURLOPT_CUSTOMREQUEST => $method,
		CURLOPT_POSTFIELDS => $body,
		CURLOPT_HTTPHEADER => [
			'Host: golden.invalid',
			'Content-Type: ' . (str_starts_with($body, '{') ? 'application/json' : 'application/x-www-form-urlencoded'),
			...$headers,
		],
		CURLOPT_HEADERFUNCTION => function ($browser, $line) use (&$seen) {
			[$name, $value] = explode(':', $line, 2) + [1 => ''];
			$seen[strtolower($name)] = trim($value);
			return strlen($line);
		},
	]);
	$page = curl_exec($browser);
	return [curl_getinfo($browser, CURLINFO_RESPONSE_CODE), (string) $page, $seen];
}

function fail(string $reason): never
{
	fwrite(STDERR, "rehearse: FAILED: $reason\n");
	exit(1);
}
