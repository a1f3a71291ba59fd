<?php
// Links that sign the owner in once. The platform asks for one and hands it to a person; whoever opens it first, within a
// minute, is signed in. Only a hash is kept, so that nobody who reads the database can use it.

defined('ABSPATH') || exit;

const URUMI_SIGN_IN_PARAMETER = 'urumi-sign-in';
const URUMI_SIGN_IN_SECONDS = 60;
const URUMI_SIGN_IN_OPTION = 'urumi_sign_in_';

/** The owner is the first user, as the bootstrap makes it; another administrator where that one was removed. */
function urumi_owner(): ?WP_User
{
	$first = get_user_by('id', 1);
	if ($first && $first->has_cap('manage_options')) {
		return $first;
	}
	return get_users(['role' => 'administrator', 'orderby' => 'ID', 'number' => 1])[0] ?? null;
}

function urumi_make_sign_in(): array|WP_Error
{
	if (urumi_owner() === null) {
		return new WP_Error('urumi_no_owner', 'The site has no administrator.', ['status' => 409]);
	}
	urumi_forget_old_sign_ins();
	$token = bin2hex(random_bytes(32));
	add_option(URUMI_SIGN_IN_OPTION . hash('sha256', $token), (string) (time() + URUMI_SIGN_IN_SECONDS), '', false);
	return ['path' => '/?' . URUMI_SIGN_IN_PARAMETER . "=$token", 'seconds' => URUMI_SIGN_IN_SECONDS];
}

function urumi_forget_old_sign_ins(): void
{
	global $wpdb;
	$wpdb->query($wpdb->prepare(
		"DELETE FROM $wpdb->options WHERE option_name LIKE %s AND CAST(option_value AS UNSIGNED) < %d",
		$wpdb->esc_like(URUMI_SIGN_IN_OPTION) . '%',
		time()
	));
}

/** Whether the token was good. It is used up by being asked about: of two who ask at once, one row is deleted for one. */
function urumi_use_sign_in(string $token): bool
{
	global $wpdb;
	return (bool) $wpdb->query($wpdb->prepare(
		"DELETE FROM $wpdb->options WHERE option_name = %s AND CAST(option_value AS UNSIGNED) >= %d",
		URUMI_SIGN_IN_OPTION . hash('sha256', $token),
		time()
	));
}

add_action('init', function () {
	$token = $_GET[URUMI_SIGN_IN_PARAMETER] ?? null;
	if (! is_string($token)) {
		return;
	}
	nocache_headers();
	header('Referrer-Policy: no-referrer');
	$owner = urumi_use_sign_in($token) ? urumi_owner() : null;
	if ($owner === null && current_user_can('manage_options')) {
		// Somebody who went there before, in this browser: nothing is given that is not there.
		wp_safe_redirect(admin_url());
		exit;
	}
	if ($owner === null) {
		wp_die(
			'This link was used before, or it is older than ' . URUMI_SIGN_IN_SECONDS . ' seconds. Ask the platform for a new one, or <a href="'
				. esc_url(wp_login_url()) . '">sign in with the password</a>.',
			'Sign in',
			['response' => 403]
		);
	}
	wp_set_auth_cookie($owner->ID, false, is_ssl());
	do_action('wp_login', $owner->user_login, $owner);
	wp_safe_redirect(admin_url());
	exit;
}, 1);
