<?php
// The part of a bootstrap that goes through WordPress, which is in the database at $urumi_link: it becomes a shop, and somebody's. In a
// database that was prepared only the second is left to do. It ends with the store's versions and demo product as the outcome.
//
// To be required at the top level, where WordPress expects its globals.

require __DIR__ . '/address.php';
require __DIR__ . '/applied.php';
require __DIR__ . '/identity.php';

Report::step('address', fn () => set_address($urumi_link, input('STORE_URL'), optional_input('STORE_ALIAS')));

define('WP_DISABLE_FATAL_ERROR_HANDLER', true);
if (! has_option($urumi_link, 'woocommerce_version')) {
	// WooCommerce asks for its tables before it makes them; whether they are there in the end is checked below.
	$wp_filter['muplugins_loaded'][0][] = ['function' => fn () => $GLOBALS['wpdb']->suppress_errors(true), 'accepted_args' => 0];
}
$urumi_begun = hrtime(true);
require '/opt/urumi/wordpress/wp-load.php';
$wpdb->suppress_errors(false);
Report::took('load', $urumi_begun);

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
Report::step('rewrite', function () use ($urumi_shop) {
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
