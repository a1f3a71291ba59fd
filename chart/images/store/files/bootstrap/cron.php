<?php
// One run of the store's scheduled tasks. First a question to the database alone: before the bootstrap has finished
// there is nothing to run, and WordPress would only offer its installer.

require __DIR__ . '/input.php';
require __DIR__ . '/database.php';

$urumi_link = wait_for_database();
if (! is_store_installed($urumi_link)) {
	exit(0);
}
pretend_request(address_of_store($urumi_link));
require '/opt/urumi/wordpress/wp-cron.php';
