<?php
// The configuration of one store, all of it from the environment of its pod. WordPress looks for this file in its
// own folder and then one above, which is where it lies: outside what the web server serves.

define('DB_HOST', getenv('URUMI_DATABASE_HOST'));
define('DB_NAME', 'wordpress');
define('DB_USER', 'wordpress');
define('DB_PASSWORD', getenv('URUMI_DATABASE_PASSWORD'));
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
$table_prefix = 'wp_';

// One secret per store; the eight that WordPress wants are derived from it and change when it does.
foreach (['AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY', 'AUTH_SALT', 'SECURE_AUTH_SALT', 'LOGGED_IN_SALT', 'NONCE_SALT'] as $urumi_name) {
	define($urumi_name, hash_hmac('sha256', $urumi_name, getenv('URUMI_SALT')));
}
unset($urumi_name);

// Only a bootstrap is told where the shop is to be. Everybody else reads it from the database, where the bootstrap has put it, so that a shop
// moves without a restart; mu-plugins/urumi/address.php keeps others from changing it there.
if (getenv('URUMI_STORE_URL')) {
	define('WP_HOME', getenv('URUMI_STORE_URL'));
	define('WP_SITEURL', getenv('URUMI_STORE_URL'));
}

// TLS ends at the ingress or gateway in front. Without this line WordPress redirects to https for ever.
if (($_SERVER['HTTP_X_FORWARDED_PROTO'] ?? '') === 'https') {
	$_SERVER['HTTPS'] = 'on';
}

// Core is part of the image and changes with it. Plugins and themes on the volume are the owner's.
define('FS_METHOD', 'direct');
define('WP_AUTO_UPDATE_CORE', false);
define('AUTOMATIC_UPDATER_DISABLED', true);
define('DISALLOW_FILE_EDIT', true);
define('WPMU_PLUGIN_DIR', '/opt/urumi/mu-plugins');

// Scheduled tasks run beside the web server (bin/cron), not in visitors' requests.
define('DISABLE_WP_CRON', true);

// The same that the network policy says, so that nothing waits for an answer that cannot come.
if (getenv('URUMI_INTERNET') !== 'true') {
	define('WP_HTTP_BLOCK_EXTERNAL', true);
}

define('WP_MEMORY_LIMIT', '128M');
define('WP_DEBUG', false);

if (! defined('ABSPATH')) {
	define('ABSPATH', '/opt/urumi/wordpress/');
}
require_once ABSPATH . 'wp-settings.php';
