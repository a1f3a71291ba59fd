<?php
// The platform's own way into a store, /wp-json/urumi/v1/...: its set-up, what the order check needs, and the owner's way in. Every request
// wants the store's platform token in the header X-Urumi-Token; visitors and owners have no use for it.
//
// Apache leads here and not to WordPress's REST: that one loads every controller there is before it looks at what is asked, which takes
// longer than the answer.

// Whoever waits for a database that is about to start asks once, and again.
const URUMI_DATABASE_PATIENCE_SECONDS = 2;

header('Content-Type: application/json');
header('Cache-Control: no-store');

$urumi_token = (string) getenv('URUMI_PLATFORM_TOKEN');
if ($urumi_token === '' || ! hash_equals($urumi_token, (string) ($_SERVER['HTTP_X_URUMI_TOKEN'] ?? ''))) {
	urumi_answer(401, ['message' => 'The header X-Urumi-Token does not hold the token of this store.']);
}
unset($urumi_token);

$urumi_path = substr(strtok($_SERVER['REQUEST_URI'], '?'), strlen('/wp-json/urumi/v1/'));
if ("$_SERVER[REQUEST_METHOD] $urumi_path" === 'POST setup') {
	require '/opt/urumi/bootstrap/setup.php';
	exit;
}
if ("$_SERVER[REQUEST_METHOD] $urumi_path" === 'GET database') {
	require '/opt/urumi/bootstrap/input.php';
	require '/opt/urumi/bootstrap/database.php';
	try {
		wait_for_database(URUMI_DATABASE_PATIENCE_SECONDS);
		urumi_answer(200, ['answers' => true]);
	} catch (RuntimeException $urumi_problem) {
		urumi_answer(503, ['message' => $urumi_problem->getMessage()]);
	}
}
$urumi_answers = [
	'POST sign-in' => fn () => urumi_make_sign_in(),
	'POST products' => fn () => urumi_make_product(),
	'DELETE products' => fn () => urumi_delete_products(),
	'DELETE orders' => fn () => urumi_delete_leftovers(),
	'GET orders/#' => fn (int $id) => urumi_read_order($id),
	'DELETE orders/#' => fn (int $id) => urumi_delete_order($id),
];
$urumi_answer = $urumi_answers[$_SERVER['REQUEST_METHOD'] . ' ' . preg_replace('~/\d+$~', '/#', $urumi_path)] ?? null;
if ($urumi_answer === null) {
	urumi_answer(404, ['message' => "There is no $urumi_path here."]);
}
// WooCommerce leaves out what only pages need: this is answered without showing one.
$_SERVER['REQUEST_URI'] = '/wp-json/wc/store/v1/urumi';
ob_start();
require '/opt/urumi/wordpress/wp-load.php';
$urumi_told = $urumi_answer((int) basename($urumi_path));
if (is_wp_error($urumi_told)) {
	urumi_answer($urumi_told->get_error_data()['status'], ['message' => $urumi_told->get_error_message()]);
}
urumi_answer(200, $urumi_told);

function urumi_answer(int $status, array $body): never
{
	while (ob_get_level() > 0) {
		ob_end_clean(); // what plugins print is no part of the answer
	}
	http_response_code($status);
	echo json_encode($body);
	exit;
}
