<?php
// Whether the database answers: waited for some seconds, so that whoever has to wait for it asks once.

require '/opt/urumi/bootstrap/input.php';
require '/opt/urumi/bootstrap/database.php';

const PATIENCE_SECONDS = 2;

header('Content-Type: text/plain');
try {
	wait_for_database(PATIENCE_SECONDS);
	echo "the database answers\n";
} catch (RuntimeException) {
	// No more is said: anybody may ask this.
	http_response_code(503);
	echo "the database does not answer\n";
}
