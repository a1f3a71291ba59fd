<?php
// A store with a domain of its own is reached at its first address too. Whoever opens a page there is sent on, so that carts
// and sign-ins, which are cookies of one host, are in one place. Only for now (302): the domain may be taken away again.
// What programs send there (webhooks of payment services) is answered where it came.

defined('ABSPATH') || exit;

add_action('muplugins_loaded', function () {
	$alias = (string) get_option('urumi_alias', '');
	$host = rtrim(strtolower(explode(':', $_SERVER['HTTP_HOST'] ?? '')[0]), '.');
	if ($alias === '' || $host !== $alias || ! in_array($_SERVER['REQUEST_METHOD'] ?? '', ['GET', 'HEAD'], true)) {
		return;
	}
	nocache_headers();
	header('X-Redirect-By: Urumi');
	header('Location: ' . WP_HOME . $_SERVER['REQUEST_URI'], true, 302);
	exit;
});
