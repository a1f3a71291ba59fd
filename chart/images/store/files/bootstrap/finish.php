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
// With the theme of the image alone, and the plugins that it has too: what an owner has added may be what is broken, and must not keep their
// shop from being mended.
$wp_filter['option_active_plugins'][0][] = ['accepted_args' => 1, 'function' => fn ($active) => array_values(
	array_filter((array) $active, fn ($plugin) => is_dir('/opt/urumi/plugins/' . dirname($plugin)))
)];
foreach (['template', 'stylesheet'] as $urumi_part) {
	$wp_filter["pre_option_$urumi_part"][0][] = ['accepted_args' => 0, 'function' => fn () => 'twentytwentyfive'];
}
$wp_filter['init'][0][] = ['accepted_args' => 0, 'function' => function () {
	remove_all_filters('option_active_plugins', 0); // whoever changes the list from here on sees all of it
}];
if (! has_option($urumi_link, 'woocommerce_version')) {
	// WooCommerce asks for its tables before it makes them; whether they are there in the end is checked below.
	$wp_filter['muplugins_loaded'][0][] = ['function' => fn () => $GLOBALS['wpdb']->suppress_errors(true), 'accepted_args' => 0];
}
$urumi_begun = hrtime(true);
require '/opt/urumi/wordpress/wp-load.php';
$wpdb->suppress_errors(false);
// What an owner's plugin may keep over requests is older than what was just written.
wp_cache_flush();
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
