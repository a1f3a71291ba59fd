<?php
// The bootstrap of one store as a program, start to end: WordPress is installed where there is none, and the rest is
// finish.php's. It can be run again over a finished or half-finished store: each step does what is missing.

require __DIR__ . '/report.php';
require __DIR__ . '/input.php';
require __DIR__ . '/database.php';

Report::begin();

$urumi_link = Report::step('database', fn () => wait_for_database());
if (! is_wordpress_installed($urumi_link)) {
	Report::step('wordpress', function () use ($urumi_link) {
		passthru(escapeshellarg(PHP_BINARY) . ' ' . __DIR__ . '/wordpress.php 2>&1', $status);
		if ($status !== 0 || ! is_wordpress_installed($urumi_link)) {
			throw new RuntimeException('WordPress was not installed, the lines above say why');
		}
	});
}
pretend_request(input('STORE_URL'));
// At the top level: WordPress expects its globals here.
require __DIR__ . '/finish.php';
