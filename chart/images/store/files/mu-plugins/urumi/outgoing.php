<?php
// Outgoing HTTP: a store has no way out unless its values say so, and then every request fails here at once
// instead of after a timeout in the middle of somebody's page.

defined('ABSPATH') || exit;

if (getenv('URUMI_INTERNET') !== 'true') {
	add_filter('pre_http_request', function ($answer, $arguments, $url) {
		$host = parse_url($url, PHP_URL_HOST);
		return new WP_Error('http_request_not_executed', "This store has no way out to the internet (asked for $host).");
	}, PHP_INT_MAX, 3);
}
