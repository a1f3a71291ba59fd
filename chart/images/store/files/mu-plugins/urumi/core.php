<?php
// WordPress core belongs to the image: nobody is offered an update that a read-only folder would refuse.

defined('ABSPATH') || exit;

add_filter('map_meta_cap', function ($needed, $capability) {
	return $capability === 'update_core' ? ['do_not_allow'] : $needed;
}, 10, 2);

// Checks for updates could only fail. With a way out they stay, for the owner's own plugins and themes.
if (getenv('URUMI_INTERNET') !== 'true') {
	remove_action('init', 'wp_schedule_update_checks');
	remove_action('admin_init', '_maybe_update_core');
	remove_action('admin_init', '_maybe_update_plugins');
	remove_action('admin_init', '_maybe_update_themes');
}
