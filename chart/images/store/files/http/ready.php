<?php
// Readiness: the database answers and the bootstrap has finished this store. Anything else is 503 with the reason.
header('Content-Type: text/plain');
mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
try {
	$link = mysqli_init();
	$link->options(MYSQLI_OPT_CONNECT_TIMEOUT, 2);
	$link->options(MYSQLI_OPT_READ_TIMEOUT, 2);
	$link->real_connect(getenv('URUMI_DATABASE_HOST'), 'wordpress', getenv('URUMI_DATABASE_PASSWORD'), 'wordpress');
	$found = $link->query("SELECT 1 FROM wp_options WHERE option_name = 'urumi_installed'")->num_rows;
	$reason = $found ? '' : 'the store is not installed yet';
} catch (mysqli_sql_exception $problem) {
	// 1146: no such table, so WordPress is not there yet.
	$reason = $problem->getCode() === 1146 ? 'the store is not installed yet' : 'the database does not answer';
}
if ($reason !== '') {
	http_response_code(503);
}
echo $reason === '' ? "ready\n" : "$reason\n";
