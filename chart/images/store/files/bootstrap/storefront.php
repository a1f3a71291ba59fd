<?php
// The `helm test`: asks for the front page as a visitor would, under the store's own host name.

$parts = parse_url(getenv('URUMI_STORE_URL'));
$host = $parts['host'] . (isset($parts['port']) ? ":{$parts['port']}" : '');
$request = curl_init(getenv('URUMI_STOREFRONT'));
curl_setopt_array($request, [
	CURLOPT_RETURNTRANSFER => true,
	CURLOPT_TIMEOUT => 30,
	CURLOPT_HTTPHEADER => ["Host: $host", "X-Forwarded-Proto: $parts[scheme]"],
]);
$page = curl_exec($request);
$status = curl_getinfo($request, CURLINFO_RESPONSE_CODE);
if ($status !== 200) {
	echo "the storefront answered $status ", curl_error($request), "\n";
	exit(1);
}
preg_match('~<title>(.*?)</title>~s', $page, $title);
echo "the storefront answered 200: ", $title[1] ?? 'no title', "\n";
