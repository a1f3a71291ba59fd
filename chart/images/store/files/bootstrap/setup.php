<?php
// The bootstrap of a store whose database was prepared, as an answer to the platform (http/platform.php, which asks for its token): a fraction
// of a second instead of a pod of its own. The body of the request is an object with the words of input.php.

require __DIR__ . '/report.php';
require __DIR__ . '/input.php';
require __DIR__ . '/database.php';

// The platform asks again when nothing comes; a database that starts for the first time needs less.
const SETUP_PATIENCE_SECONDS = 10;

Report::begin();
ignore_user_abort(true);
Told::$words = (array) json_decode(file_get_contents('php://input'), true);

try {
	$urumi_link = Report::step('database', fn () => wait_for_database(SETUP_PATIENCE_SECONDS));
} catch (RuntimeException $urumi_problem) {
	Report::fail($urumi_problem->getMessage(), 503);
}
if (! is_wordpress_installed($urumi_link)) {
	Report::fail('the database holds no prepared shop', 409);
}
// Of two at once the second finds everything done; or is told to come again.
if ((int) $urumi_link->query("SELECT GET_LOCK('urumi_setup', " . SETUP_PATIENCE_SECONDS . ')')->fetch_column() !== 1) {
	Report::fail('another set-up of this shop is going on', 503);
}
pretend_request(input('STORE_URL'));
ob_start();
require __DIR__ . '/finish.php';
