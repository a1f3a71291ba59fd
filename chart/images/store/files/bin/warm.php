<?php
// Asks the web server that is about to start beside this to load its scripts. Where it does not answer, visitors wait a little longer; that is
// all, so nothing is said.

for ($urumi_try = 0; $urumi_try < 100; $urumi_try++) {
	$urumi_link = @stream_socket_client('tcp://127.0.0.1:8080', $urumi_error, $urumi_message, 1);
	if ($urumi_link !== false) {
		fwrite($urumi_link, "GET /urumi/warm.php HTTP/1.0\r\nHost: localhost\r\n\r\n");
		stream_get_contents($urumi_link);
		break;
	}
	usleep(20_000);
}
