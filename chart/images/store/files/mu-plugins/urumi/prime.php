<?php
// Fewer questions to the database, without a cache that could be out of date.

defined('ABSPATH') || exit;

// Options that are not loaded with all the others, and that every page asks for one by one (build/options.php found them): at once.
if (is_readable('/opt/urumi/golden/options')) {
	wp_prime_option_caches(file('/opt/urumi/golden/options', FILE_IGNORE_NEW_LINES | FILE_SKIP_EMPTY_LINES));
}

// WooCommerce forgets what it keeps of its reports whenever an order is saved: some twenty times in one checkout, eleven questions each. That
// is over in a second, so once is enough.
add_filter('woocommerce_admin_reports', function ($reports) {
	static $asked = 0;
	return ! WC()->is_store_api_request() || $asked++ === 0 ? $reports : [];
});
