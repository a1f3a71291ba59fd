<?php
// From the log of a database, on standard input, the names of the options that pages ask for one by one, on standard output: a page that asks
// for all of them at once (mu-plugins/urumi/prime.php) saves some thirty questions.

$names = [];
foreach (preg_grep('/SELECT option_(name, option_)?value FROM wp_options WHERE option_name (=|IN)/', file('php://stdin')) as $asked) {
	preg_match_all("/'([^'\\\\]+)'/", $asked, $found);
	foreach ($found[1] as $name) {
		// Locks are read when they are asked for, and what belongs to one order or product is no other's.
		if (! preg_match('/lock|doing_cron|_\d+(_|$)/', $name)) {
			$names[$name] = true;
		}
	}
}
if ($names === []) {
	fwrite(STDERR, "options: FAILED: the log tells of no option\n");
	exit(1);
}
ksort($names);
echo implode("\n", array_keys($names)), "\n";
