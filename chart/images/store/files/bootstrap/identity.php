<?php
// Whose store this is: title and owner. On a prepared database this turns nobody's shop into somebody's.

function apply_identity(): void
{
	Applied::once('name', input('STORE_NAME'), function () {
		update_option('blogname', input('STORE_NAME'));
		update_option('woocommerce_email_from_name', input('STORE_NAME'));
	});
	Applied::once('owner', [input('ADMIN_USER'), input('ADMIN_EMAIL')], function () {
		set_owner(input('ADMIN_USER'), input('ADMIN_EMAIL'));
	});
	// Keyed, so that the mark in the database gives nobody a password to guess at.
	$mark = hash_hmac('sha256', input('ADMIN_PASSWORD'), input('SALT'));
	Applied::once('password', $mark, fn () => set_password(input('ADMIN_PASSWORD')));
}

/** The owner is the first user, as wp_install makes it. */
function owner_id(): int
{
	return 1;
}

function set_owner(string $login, string $email): void
{
	global $wpdb;
	// Directly, because WordPress does not let a login name be changed.
	$changed = $wpdb->update($wpdb->users, [
		'user_login' => $login,
		'user_nicename' => sanitize_title($login),
		'display_name' => $login,
		'user_email' => $email,
		'user_registered' => gmdate('Y-m-d H:i:s'),
	], ['ID' => owner_id()]);
	if ($changed === false) {
		throw new RuntimeException("the owner $login cannot be written: $wpdb->last_error");
	}
	clean_user_cache(owner_id());
	update_user_meta(owner_id(), 'nickname', $login);
	update_option('admin_email', $email);
	delete_option('new_admin_email');
	foreach (['woocommerce_email_from_address', 'woocommerce_stock_email_recipient'] as $option) {
		if (get_option($option) !== false) {
			update_option($option, $email);
		}
	}
}

/** A cheap hash is enough for a long random password; WordPress makes a dear one of it when the owner first signs in. */
function set_password(string $password): void
{
	$cheap = fn (array $options) => ['cost' => 8] + $options;
	add_filter('wp_hash_password_options', $cheap);
	wp_set_password($password, owner_id());
	remove_filter('wp_hash_password_options', $cheap);
}
