<?php
// One run of the store's scheduled tasks. First a question to the database alone: before the bootstrap has finished
// there is nothing to run, and WordPress would only offer its installer.

require __DIR__ . '/input.php';
require __DIR__ . '/database.php';

if (! is_store_installed(wait_for_database())) {
	exit(0);
}
pretend_request(input('STORE_URL'));
require '/opt/urumi/wordpress/wp-cron.php';
