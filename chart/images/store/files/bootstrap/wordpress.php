<?php
// Installs WordPress itself, in a process of its own: WP_INSTALLING must be set before WordPress loads and changes
// how everything after it behaves (WooCommerce would choose the old order storage under it).

require __DIR__ . '/input.php';

define('WP_INSTALLING', true);
pretend_request(input('STORE_URL'));
require '/opt/urumi/wordpress/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';

// A half-finished install is finished: wp_install only adds what is missing.
wp_install(input('STORE_NAME'), input('ADMIN_USER'), input('ADMIN_EMAIL'), true, '', input('ADMIN_PASSWORD'));

$woocommerce = 'woocommerce/woocommerce.php';
if (file_exists(WP_PLUGIN_DIR . "/$woocommerce")) {
	// Not activate_plugin(): the next process loads WooCommerce the normal way, and it installs itself there.
	update_option('active_plugins', [$woocommerce]);
}
// Addresses without ids, set before WooCommerce loads: it registers the addresses of products by it.
update_option('permalink_structure', '/%postname%/');
update_option('urumi_wordpress', get_bloginfo('version'));
