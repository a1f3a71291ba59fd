<?php
// The bootstrap of one store, start to end. It can be run again over a finished or half-finished store: each step
// does what is missing. It ends with the store's versions and demo product as the pod's termination message.

require __DIR__ . '/report.php';
require __DIR__ . '/input.php';
require __DIR__ . '/database.php';
require __DIR__ . '/applied.php';
require __DIR__ . '/identity.php';

Report::begin();

$urumi_installed = Report::step('database', fn () => is_wordpress_installed(wait_for_database()));
if (! $urumi_installed) {
	Report::step('wordpress', function () {
		passthru(escapeshellarg(PHP_BINARY) . ' ' . __DIR__ . '/wordpress.php 2>&1', $status);
		if ($status !== 0 || ! is_wordpress_installed(wait_for_database())) {
			throw new RuntimeException('WordPress was not installed, the lines above say why');
		}
	});
}

// At the top level: WordPress expects its globals here.
define('WP_DISABLE_FATAL_ERROR_HANDLER', true);
pretend_request(input('STORE_URL'));
if (! $urumi_installed) {
	// WooCommerce asks for its tables before it makes them; whether they are there in the end is checked below.
	$wp_filter['muplugins_loaded'][0][] = ['function' => fn () => $GLOBALS['wpdb']->suppress_errors(true), 'accepted_args' => 0];
}
$urumi_begun = hrtime(true);
require '/opt/urumi/wordpress/wp-load.php';
$wpdb->suppress_errors(false);
printf("bootstrap: load ok %.2f s\n", (hrtime(true) - $urumi_begun) / 1e9);

$urumi_shop = function_exists('WC');
Report::step('identity', 'apply_identity');
if ($urumi_shop) {
	require __DIR__ . '/shop.php';
	require __DIR__ . '/product.php';
	Report::step('woocommerce', 'set_up_woocommerce');
	Report::step('selling', 'set_up_selling');
	Report::step('product', fn () => set_up_product(input('DEMO') === 'true'));
	renew_shop_id();
}
Report::step('addresses', function () use ($urumi_shop) {
	// Computed anew when the shop's version changes, and with it perhaps the addresses it registers.
	Applied::once('addresses', [$urumi_shop ? WC()->version : null], fn () => flush_rewrite_rules(false));
});
update_option('urumi_installed', gmdate('c'));

$urumi_product = $urumi_shop ? wc_get_product(wc_get_product_id_by_sku(DEMO_SKU)) : null;
Report::finish([
	'wordpress' => wp_get_wp_version(),
	'woocommerce' => $urumi_shop ? WC()->version : null,
	'product' => $urumi_product ? [
		'id' => $urumi_product->get_id(),
		'name' => $urumi_product->get_name(),
		'path' => parse_url($urumi_product->get_permalink(), PHP_URL_PATH),
	] : null,
]);
