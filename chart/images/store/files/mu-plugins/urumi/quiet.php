<?php
// WooCommerce without its own advertising: no tracking, no remote notices or suggestions, no set-up wizard
// in front of a shop that is already set up. What an owner works with stays.

defined('ABSPATH') || exit;

add_filter('woocommerce_enable_setup_wizard', '__return_false');
add_filter('woocommerce_prevent_automatic_wizard_redirect', '__return_true');
add_filter('woocommerce_allow_marketplace_suggestions', '__return_false');
add_filter('woocommerce_apply_user_tracking', '__return_false');
add_filter('woocommerce_helper_suppress_admin_notices', '__return_true');

add_filter('woocommerce_admin_features', function ($features) {
	return array_values(array_diff($features, [
		'core-profiler',
		'customer-effort-score-tracks',
		'marketing',
		'mobile-app-banner',
		'payment-gateway-suggestions',
		'printful',
		'remote-free-extensions',
		'remote-inbox-notifications',
		'shipping-label-banner',
		'store-alerts',
		'wc-pay-promotion',
		'wc-pay-welcome-page',
		'woo-mobile-welcome',
	]));
}, 20);

// Emoji that a browser does not know would be fetched as pictures from a foreign server, which then knows every visitor.
add_action('init', function () {
	remove_action('wp_head', 'print_emoji_detection_script', 7);
	remove_action('admin_print_scripts', 'print_emoji_detection_script');
	remove_action('wp_print_styles', 'print_emoji_styles');
	remove_action('admin_print_styles', 'print_emoji_styles');
	add_filter('emoji_svg_url', '__return_false');
});
