<?php
// The platform's own REST routes, urumi/v1: what is installed, what the order check needs, and the owner's way in. Every
// route wants the store's platform token in the header X-Urumi-Token; visitors and owners have no use for them.

defined('ABSPATH') || exit;

add_action('rest_api_init', function () {
	register_rest_route('urumi/v1', '/status', [
		'methods' => 'GET',
		'callback' => 'urumi_status',
		'permission_callback' => 'urumi_authorize',
	]);
	register_rest_route('urumi/v1', '/sign-in', [
		'methods' => 'POST',
		'callback' => 'urumi_make_sign_in',
		'permission_callback' => 'urumi_authorize',
	]);
	register_rest_route('urumi/v1', '/products', [
		[
			'methods' => 'POST',
			'callback' => 'urumi_make_product',
			'permission_callback' => 'urumi_authorize',
		],
		[
			'methods' => 'DELETE',
			'callback' => 'urumi_delete_products',
			'permission_callback' => 'urumi_authorize',
		],
	]);
	register_rest_route('urumi/v1', '/orders', [
		'methods' => 'DELETE',
		'callback' => 'urumi_delete_orders',
		'permission_callback' => 'urumi_authorize',
	]);
	register_rest_route('urumi/v1', '/orders/(?P<id>\d+)', [
		[
			'methods' => 'GET',
			'callback' => 'urumi_read_order',
			'permission_callback' => 'urumi_authorize',
		],
		[
			'methods' => 'DELETE',
			'callback' => 'urumi_delete_order',
			'permission_callback' => 'urumi_authorize',
		],
	]);
});

function urumi_authorize(WP_REST_Request $request): true|WP_Error
{
	$expected = (string) getenv('URUMI_PLATFORM_TOKEN');
	$given = (string) $request->get_header('X-Urumi-Token');
	if ($expected !== '' && hash_equals($expected, $given)) {
		return true;
	}
	return new WP_Error('urumi_unauthorized', 'The header X-Urumi-Token does not hold the token of this store.', ['status' => 401]);
}

function urumi_status(): array
{
	return [
		'wordpress' => wp_get_wp_version(),
		'woocommerce' => function_exists('WC') ? WC()->version : null,
		'installed' => true,
	];
}
