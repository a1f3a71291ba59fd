<?php
// The public address is the platform's to set: it is shown in the settings, and cannot be changed there, by a plugin, or by a backup of
// another place that somebody restores.

defined('ABSPATH') || exit;

foreach (['WP_HOME' => 'home', 'WP_SITEURL' => 'siteurl'] as $urumi_constant => $urumi_option) {
	defined($urumi_constant) || define($urumi_constant, get_option('urumi_address') ?: get_option($urumi_option));
	add_filter("pre_update_option_$urumi_option", fn ($new, $old) => $old, PHP_INT_MAX, 2);
}
unset($urumi_constant, $urumi_option);
